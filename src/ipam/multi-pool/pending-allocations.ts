import { type Owner, ownerKey } from '../host/host-record.ts';

/** How long an owner that was refused counts as one that wants an address (Cilium's pendingAllocationTTL), in ms. */
const TTL_MS = 5 * 60_000;

/**
 * Who wants an address and has none, by pool. A pod counts once however often it is tried: its next attempt is
 * another container. An entry ends when it is served, withdrawn, or too old.
 */
export class PendingAllocations {
  /** When each entry ends, in ms, by pool and by pod or attachment. */
  readonly #pools = new Map<string, Map<string, number>>();

  add(pool: string, owner: Owner, now: number): void {
    const known = this.#pools.get(pool) ?? new Map<string, number>();
    this.#pools.set(pool, known.set(nameOf(owner), now + TTL_MS));
  }

  /** The owner has its addresses, or wants none any more. */
  delete(owner: Owner): void {
    for (const [pool, owners] of this.#pools) {
      if (owners.delete(nameOf(owner)) && owners.size === 0) this.#pools.delete(pool);
    }
  }

  /** How many want an address of the pool. */
  count(pool: string, now: number): number {
    const owners = this.#pools.get(pool);
    for (const [name, ends] of owners ?? []) if (ends <= now) owners!.delete(name);
    if (owners?.size === 0) this.#pools.delete(pool);
    return owners?.size ?? 0;
  }

  get pools(): Iterable<string> {
    return this.#pools.keys();
  }
}

function nameOf(owner: Owner): string {
  return owner.pod ?? ownerKey(owner);
}
