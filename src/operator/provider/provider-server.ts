import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudProvider } from '../../ipam/index.ts';
import { withSocketPath } from '../../ipc/index.ts';
import { type FillJson, NODES_PATH, type ProviderRefusal, RETRY_AFTER_MS } from './wire.ts';

export interface ProviderServerOptions {
  readonly provider: CloudProvider;
  readonly socketPath: string;
  /** What clients must show as a bearer token. */
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered at once, not after the provider's latency. */
  readonly atOnce?: boolean;
}

/** Serves a {@link CloudProvider} by HTTP on a unix socket. */
export class ProviderServer implements AsyncDisposable {
  readonly #provider: CloudProvider;
  readonly #token: Buffer;
  readonly #server: http.Server;

  private constructor({ provider, token }: ProviderServerOptions) {
    this.#provider = provider;
    this.#token = Buffer.from(`Bearer ${token}`);
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
  }

  static async listen(options: ProviderServerOptions): Promise<ProviderServer> {
    const server = new ProviderServer(options);
    await withSocketPath(options.socketPath, async (path) => {
      server.#server.listen(path);
      await once(server.#server, 'listening');
    });
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    request.resume();
    const { status, body, headers, atOnce = false } = this.#answer(request);
    if (!atOnce && this.#provider.latencyMs > 0) await sleep(this.#provider.latencyMs);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }

  /** Decides at once: what takes the provider so long is the rest. */
  #answer({ method, url = '', headers }: http.IncomingMessage): Answer {
    const shown = Buffer.from(headers.authorization ?? '');
    if (shown.length !== this.#token.length || !timingSafeEqual(shown, this.#token)) {
      return refusal(401, 'unauthorized', 'Expected the bearer token of this provider');
    }
    if (url === NODES_PATH && method === 'GET') return this.#list();
    // Names of nodes hold nothing that a URL would escape.
    const node = url.startsWith(`${NODES_PATH}/`) ? url.slice(NODES_PATH.length + 1) : '';
    if (node !== '' && method === 'PUT') return this.#allocate(node);
    if (node !== '' && method === 'DELETE') return this.#release(node);
    return refusal(404, 'not-found', `Expected PUT or DELETE ${NODES_PATH}/NAME, or GET ${NODES_PATH}`);
  }

  #list(): Answer {
    const nodes = this.#provider.list().map(({ node, cidrs }) => ({ node, cidrs: cidrs.map(String) }));
    return { status: 200, body: { nodes, fill: this.#fill() } };
  }

  #allocate(node: string): Answer {
    const answer = this.#provider.allocate(node);
    if ('rateLimited' in answer) return throttled(answer.rateLimited);
    if ('quota' in answer) return refusal(403, 'quota-exceeded', answer.quota);
    if ('exhausted' in answer) return refusal(403, 'exhausted', answer.exhausted);
    return { status: 200, body: { cidrs: answer.cidrs.map(String), fill: this.#fill() } };
  }

  #release(node: string): Answer {
    const answer = this.#provider.release(node);
    if ('rateLimited' in answer) return throttled(answer.rateLimited);
    return { status: 200, body: { ...answer, fill: this.#fill() } };
  }

  #fill(): FillJson {
    return this.#provider.fill().map(({ pool, cidr, capacity, used }) => ({
      ...{ pool, used, cidr: cidr.toString(), capacity: Number(capacity) },
    }));
  }
}

function throttled(ms: number): Answer {
  const headers = {
    // RFC 9110 knows whole seconds; the other is what clouds send beside it.
    'retry-after': String(Math.ceil(ms / 1000)),
    [RETRY_AFTER_MS]: String(Math.ceil(ms)),
  };
  return {
    ...refusal(429, 'rate-limited', `too many requests: try again in ${ms} ms`),
    headers,
    atOnce: true,
  };
}

function refusal(status: number, error: ProviderRefusal, message: string): Answer {
  return { status, body: { error, message } };
}
