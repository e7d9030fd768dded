/** Waits before a node is tried again: the first is twice this, in ms, and the longest (pkg/controller/nodeipam/ipam). */
const BASE_MS = 250;
const MAX_MS = 5000;
/** Tries after the first, before a node is given up until its next event. */
const MAX_RETRIES = 10;

/** When CloudCIDRAllocator tries a node again that the provider refused. Pure. */
export class CloudRetries {
  readonly #random: () => number;
  readonly #retries = new Map<string, number>();

  /** @param random 0 to 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Counts a failure: ms until the next try, by half more or less, or undefined when there were enough. */
  when(node: string): number | undefined {
    const retries = (this.#retries.get(node) ?? 0) + 1;
    if (retries > MAX_RETRIES) {
      this.forget(node);
      return undefined;
    }
    this.#retries.set(node, retries);
    const wait = Math.min(BASE_MS * 2 ** retries, MAX_MS);
    return wait / 2 + this.#random() * wait;
  }

  /** The node succeeded or is gone. */
  forget(node: string): void {
    this.#retries.delete(node);
  }
}
