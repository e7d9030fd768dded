/** Capacity that came back and was handed out again: an address, a CIDR or a port, by its text. Instants in ns. */
interface Freed {
  /** When its release was asked for. */
  readonly at: number;
}

interface Grant {
  readonly at: number;
  /** Since when whoever got it had waited; undefined when it did not have to. */
  readonly waitedSince: number | undefined;
}

/** What is known of a phase's release. */
export interface ReleaseRecord {
  readonly phase: string;
  readonly at: number;
  readonly released: number;
  /** From the release to the capacity in the hands of one who waited, ns. */
  readonly reuseNs: readonly number[];
}

/**
 * Clocks capacity from the asking for its release to its next owner, and counts it only where that one was waiting
 * by then: what lies in the pool until somebody comes says nothing about the allocator. The two sides of a hand-over
 * may be told of in either order.
 */
export class Reuse {
  readonly #freed = new Map<string, Freed>();
  readonly #granted = new Map<string, Grant>();
  readonly #expected = new Map<string, { readonly release: number; readonly at: number }>();
  readonly #releases: { phase: string; at: number; released: number; reuseNs: number[] }[] = [];
  readonly #onReuse: (since: number, ns: number) => void;

  constructor(onReuse: (since: number, ns: number) => void) {
    this.#onReuse = onReuse;
  }

  /** A phase releases what holds this capacity. */
  release(phase: string, at: number, released: number): number {
    this.#releases.push({ phase, at, released, reuseNs: [] });
    return this.#releases.length - 1;
  }

  /** One of those that a release takes lets go of this capacity. */
  expect(release: number, capacity: readonly string[], at: number): void {
    for (const key of capacity) this.#expected.set(key, { release, at });
  }

  freed(key: string, at: number): void {
    const next = this.#granted.get(key);
    if (next === undefined || next.at <= at) this.#freed.set(key, { at });
    else this.#tell(next, at);
  }

  granted(key: string, grant: Grant): void {
    this.#granted.set(key, grant);
    const freed = this.#freed.get(key);
    this.#freed.delete(key);
    if (freed !== undefined) this.#tell(grant, freed.at);
    const expected = this.#expected.get(key);
    this.#expected.delete(key);
    if (expected === undefined || !waited(grant, expected.at)) return;
    this.#releases[expected.release]!.reuseNs.push(grant.at - expected.at);
  }

  #tell(grant: Grant, since: number): void {
    if (waited(grant, since)) this.#onReuse(since, grant.at - since);
  }

  releases(): readonly ReleaseRecord[] {
    return this.#releases;
  }
}

function waited({ waitedSince }: Grant, since: number): boolean {
  return waitedSince !== undefined && waitedSince <= since;
}
