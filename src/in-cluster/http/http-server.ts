import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Not `Authorization`, which kube-apiserver takes away before it passes a request on to a pod (apiserver filters/authentication.go). */
export const TOKEN_HEADER = 'x-churnlab-token';

/** A whole answer. An object goes out as JSON, text as it is. */
export interface Answer {
  readonly status?: number;
  readonly body: string | object;
}

/** Answers a GET of one path, at once or by writing to the response until the client hangs up. */
export type Endpoint =
  | { readonly answer: () => Answer }
  | { readonly stream: (query: URLSearchParams, response: ServerResponse) => void };

export interface HttpServerOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** By path. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** Paths that begin like this need the token. */
  readonly guarded?: { readonly prefix: string; readonly token: string };
}

/** What a process tells over HTTP: probes, metrics, and what programs outside the cluster read. */
export class HttpServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Rejects when the address cannot be listened on. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = createServer((request, response) => respond(options, request, response));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
    await promise;
    server.off('error', reject);
    return new HttpServer(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function respond(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const endpoint = endpointOf(options, pathname, request);
  if ('stream' in endpoint) {
    endpoint.stream(searchParams, response);
    return;
  }
  try {
    send(response, endpoint.answer());
  } catch (error) {
    send(response, { status: 500, body: `${(error as Error).message}\n` });
  }
}

function endpointOf(
  { endpoints, guarded }: HttpServerOptions,
  pathname: string,
  request: IncomingMessage,
): Endpoint {
  const refusal = (status: number, why: string): Endpoint => ({
    answer: () => ({ status, body: `${why}\n` }),
  });
  if (guarded && pathname.startsWith(guarded.prefix) && !holds(request, guarded.token)) {
    return refusal(401, `Expected the agents' token in the header ${TOKEN_HEADER}`);
  }
  if (!Object.hasOwn(endpoints, pathname)) return refusal(404, 'not found');
  return request.method === 'GET' ? endpoints[pathname]! : refusal(405, 'only GET');
}

function send(response: ServerResponse, { status = 200, body }: Answer): void {
  const [type, text] =
    typeof body === 'string'
      ? ['text/plain; charset=utf-8', body]
      : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': type }).end(text);
}

/** Compares digests: how long it takes tells nothing of the token. */
function holds({ headers }: IncomingMessage, token: string): boolean {
  const given = headers[TOKEN_HEADER];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(token));
}
