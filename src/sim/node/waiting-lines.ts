import type { IpamError } from '../../ipam/index.ts';
import type { SimPod } from './sim-pod.ts';

interface Line {
  readonly pods: Set<SimPod>;
  /** Why the first of them waits. */
  refusal: IpamError;
}

/** Pods whose ADD waits in the agent, by pool, oldest first; as src/ipam's AddressQueue, on the virtual clock. */
export class WaitingLines {
  /** A line without anybody is not kept. */
  readonly #lines = new Map<string, Line>();

  /** Why those wait who wait for this pool; undefined when nobody does. */
  refusalOf(pool: string): IpamError | undefined {
    return this.#lines.get(pool)?.refusal;
  }

  has(pod: SimPod, pool: string): boolean {
    return this.#lines.get(pool)?.pods.has(pod) ?? false;
  }

  /** The pod waits behind the others; one that waits already keeps its place. */
  add(pod: SimPod, pool: string, refusal: IpamError): void {
    const line = this.#lines.get(pool) ?? { pods: new Set<SimPod>(), refusal };
    line.refusal = refusal;
    line.pods.add(pod);
    this.#lines.set(pool, line);
  }

  delete(pod: SimPod, pool: string): void {
    const line = this.#lines.get(pool);
    line?.pods.delete(pod);
    if (line?.pods.size === 0) this.#lines.delete(pool);
  }

  /** The lines as they are now. */
  all(): readonly Iterable<SimPod>[] {
    return Array.from(this.#lines.values(), ({ pods }) => pods);
  }
}
