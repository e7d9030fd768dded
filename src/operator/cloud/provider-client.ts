import { Pool } from 'undici';
import { Cidr } from '../../ip/index.ts';
import type { NodeCidrFill } from '../../ipam/index.ts';
import { socketConnector } from '../../ipc/index.ts';
import {
  type FillJson,
  type ListJson,
  NODES_PATH,
  type NodeCidrsJson,
  type ProviderRefusal,
  RETRY_AFTER_MS,
  type RefusalJson,
  type ReleasedJson,
} from '../provider/wire.ts';
import type { Clock } from '../queue/clock.ts';
import type { NodeCidrProvider } from './cloud-assignment.ts';
import { Throttle } from './throttle.ts';

/** A request that the provider refused, other than for being one too many, or did not answer. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderRefusal | 'unreachable';

  constructor(code: ProviderRefusal | 'unreachable', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface ProviderClientOptions {
  readonly socketPath: string;
  readonly token: string;
  readonly clock: Clock;
}

type Answered<T> = T | { readonly rateLimited: number };

/** Asks the provider for CIDRs of nodes. Who is told to come later waits in here, as long as it takes. */
export class ProviderClient implements NodeCidrProvider {
  readonly #pool: Pool;
  readonly #authorization: string;
  readonly #throttle: Throttle;
  #fill: readonly NodeCidrFill[] = [];
  #refusals = 0;

  constructor({ socketPath, token, clock }: ProviderClientOptions) {
    this.#pool = new Pool('http://provider', { connect: socketConnector(socketPath) });
    this.#authorization = `Bearer ${token}`;
    this.#throttle = new Throttle(clock);
  }

  get fill(): readonly NodeCidrFill[] {
    return this.#fill;
  }

  get rateLimited(): number {
    return this.#refusals;
  }

  /** @throws ProviderError */
  async allocate(node: string, onRateLimited: () => void): Promise<readonly string[]> {
    return (await this.#request<NodeCidrsJson>('PUT', pathOf(node), onRateLimited)).cidrs;
  }

  /** @throws ProviderError */
  async release(node: string): Promise<void> {
    await this.#request<ReleasedJson>('DELETE', pathOf(node));
  }

  /** @throws ProviderError */
  async list(): Promise<readonly string[]> {
    return (await this.#request<ListJson>('GET', NODES_PATH)).nodes.map(({ node }) => node);
  }

  /** Ends requests under way; they fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#throttle[Symbol.dispose]();
    await this.#pool.destroy();
  }

  async #request<T extends { readonly fill: FillJson }>(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    onRateLimited: () => void = () => {},
  ): Promise<T> {
    for (;;) {
      const answer = await this.#throttle.run(() => this.#send<T>(method, path));
      if ('rateLimited' in answer) {
        this.#refusals++;
        onRateLimited();
        continue;
      }
      this.#fill = answer.fill.map((each) => ({
        ...each,
        cidr: Cidr.parse(each.cidr).cidr,
        capacity: BigInt(each.capacity),
      }));
      return answer;
    }
  }

  async #send<T extends object>(method: 'GET' | 'PUT' | 'DELETE', path: string): Promise<Answered<T>> {
    const headers = { authorization: this.#authorization };
    let status: number;
    let body: object;
    let retryAfter: number;
    try {
      const response = await this.#pool.request({ method, path, headers });
      status = response.statusCode;
      retryAfter = waitOf(response.headers);
      body = (await response.body.json()) as object;
    } catch (cause) {
      throw new ProviderError('unreachable', `${method} ${path}: ${(cause as Error).message}`, { cause });
    }
    if (status === 429) return { rateLimited: retryAfter };
    if (status < 300) return body as T;
    const { error, message } = body as RefusalJson;
    throw new ProviderError(error, `${method} ${path}: ${message}`);
  }
}

/** ms to wait, by the header that knows them, or by the one of RFC 9110 (section 10.2.3), which knows seconds. */
function waitOf(headers: Readonly<Record<string, string | string[] | undefined>>): number {
  const exact = Number(headers[RETRY_AFTER_MS] ?? Number.NaN);
  return Number.isFinite(exact) ? exact : Number(headers['retry-after'] ?? 1) * 1000;
}

function pathOf(node: string): string {
  return `${NODES_PATH}/${node}`;
}
