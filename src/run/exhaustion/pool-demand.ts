import { orderSamples, orderValues, quantile } from '../../stats/index.ts';

/** How long one waited; who was never served waited at least so long. */
export interface Wait {
  readonly waitedNs: number;
  readonly served: boolean;
}

/** Who asked for a pool, who got of it, and how long that took. Durations in ns. */
export class PoolDemand {
  asked = 0;
  served = 0;
  /** From asking to being served, or to being given up. */
  readonly #waits: Wait[] = [];
  readonly #nodes = new Map<string, { asked: number; served: number }>();

  /** One that asked is done with: served, or never. */
  close(waitedNs: number, served: boolean, node: string | undefined): void {
    this.#waits.push({ waitedNs, served });
    if (served) this.served++;
    if (node === undefined) return;
    const of = this.#nodes.get(node) ?? { asked: 0, served: 0 };
    of.asked++;
    if (served) of.served++;
    this.#nodes.set(node, of);
  }

  get never(): number {
    return this.#waits.length - this.served;
  }

  wait(q: number): number {
    return waitQuantile(this.#waits, q);
  }

  /** Jain's index of served over asked, by node: 1 is even, 1/n is all on one; null with fewer than two nodes. */
  get fairness(): number | null {
    const shares = [...this.#nodes.values()].map(({ asked, served }) => served / asked);
    return shares.length < 2 ? null : jain(shares);
  }
}

/** R. Jain, D. Chiu, W. Hawe 1984: (Σx)² / (n Σx²). Null when nobody got anything. */
export function jain(shares: readonly number[]): number | null {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return squares === 0 ? null : Math.min(1, sum ** 2 / (shares.length * squares));
}

/** Who was never served counts as slower than all who were: giving up early makes no quantile look better. 0 without any. */
export function waitQuantile(waits: readonly Wait[], q: number): number {
  const samples = orderSamples({
    values: Float64Array.from(waits, ({ waitedNs }) => waitedNs),
    atLeast: Uint8Array.from(waits, ({ served }) => (served ? 0 : 1)),
    clusters: new Uint32Array(waits.length),
  });
  return quantile(samples, q)?.value ?? 0;
}

/** A quantile of plain values; 0 without any. */
export function quantileOf(values: readonly number[], q: number): number {
  return quantile(orderValues(values), q)?.value ?? 0;
}
