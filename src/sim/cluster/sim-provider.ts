import { CloudProvider, type CloudProviderSpec, type NodeCidrFill } from '../../ipam/index.ts';
import { type NodeCidrProvider, Throttle } from '../../operator/cloud/index.ts';
import type { VirtualClock } from '../virtual-clock.ts';

type Refused = { readonly rateLimited: number };

/** The provider of mode `cloud` and the operator's way to it, on the virtual clock and without a wire. */
export class SimProvider implements NodeCidrProvider {
  readonly #provider: CloudProvider;
  readonly #clock: VirtualClock;
  readonly #throttle: Throttle;
  /** Ends answers that are on their way. */
  readonly #stops = new Set<() => void>();
  rateLimited = 0;

  constructor(spec: CloudProviderSpec, clock: VirtualClock) {
    this.#provider = new CloudProvider(spec, () => clock.now());
    this.#clock = clock;
    this.#throttle = new Throttle(clock);
  }

  get fill(): readonly NodeCidrFill[] {
    return this.#provider.fill();
  }

  async list(): Promise<readonly string[]> {
    return this.#provider.list().map(({ node }) => node);
  }

  /** @throws Error in the provider's words for its quota, or for an exhausted network */
  async allocate(node: string, onRateLimited: () => void): Promise<readonly string[]> {
    const answer = await this.#request(() => this.#provider.allocate(node), onRateLimited);
    if ('cidrs' in answer) return answer.cidrs.map(String);
    throw new Error('quota' in answer ? answer.quota : answer.exhausted);
  }

  async release(node: string): Promise<void> {
    await this.#request(
      () => this.#provider.release(node),
      () => {},
    );
  }

  /** Requests under way fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#throttle[Symbol.dispose]();
    for (const stop of this.#stops) stop();
  }

  /** As the client over HTTP: what is one too many is asked again when its time has come. */
  async #request<T extends object>(ask: () => T | Refused, onRateLimited: () => void): Promise<T> {
    for (;;) {
      const answer = await this.#throttle.run<T>(() => this.#answer(ask));
      if (!isRefused(answer)) return answer;
      this.rateLimited++;
      onRateLimited();
    }
  }

  /** Decided at once; the answer takes the provider's latency, unless it is that somebody should come later. */
  #answer<T extends object>(ask: () => T | Refused): Promise<T | Refused> {
    const answer = ask();
    if (isRefused(answer)) return Promise.resolve(answer);
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Error('stopped'));
      this.#stops.add(stop);
      this.#clock.after(this.#provider.latencyMs, () => {
        this.#stops.delete(stop);
        resolve(answer);
      });
    });
  }
}

function isRefused(answer: object): answer is Refused {
  return 'rateLimited' in answer;
}
