import { createServer, type ServerResponse } from 'node:http';

/** Longest wait for another pod's answer, in ms. */
const TIMEOUT_MS = 2000;

/** What a responder says of itself. */
export interface Identity {
  readonly pod: string;
  readonly node: string;
}

/** What became of a request that a responder made. */
export interface Reached {
  /** Who answered. */
  readonly by?: Identity;
  readonly error?: string;
}

/**
 * Answers `/` with who this is, and `/reach?url=URL` with who answers there: one on each node makes the connectivity
 * test. Resolves when it listens, on all addresses of the pod.
 */
export async function respond(
  port: number,
  self: Identity,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const url = searchParams.get('url');
    if (pathname === '/') return send(response, 200, self);
    if (pathname !== '/reach' || url === null) return send(response, 404, {});
    send(response, 200, await reach(url));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, resolve);
  await promise;
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Asks for a URL on a connection of its own: a kept one would hide what a new one meets. */
async function reach(url: string): Promise<Reached> {
  try {
    const answer = await fetch(url, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { by: (await answer.json()) as Identity };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      error: cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code! : message,
    };
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
