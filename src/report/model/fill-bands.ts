import type { FailureClass } from '../../cni/index.ts';
import type { IpamSample, RunEvent, Sample } from '../../measure/index.ts';
import { orderValues, quantile } from '../../stats/index.ts';

/** What the calls of one kind took while the addresses were filled to between `from` and `to`. */
export interface FillBand {
  /** Shares of the addresses in nodes' CIDRs; the last band is the full pool alone. */
  readonly from: number;
  readonly to: number;
  /** Addresses out, mean over the calls of the band. */
  readonly used: number;
  readonly calls: Readonly<Record<CallKind, Latency | undefined>>;
}

export interface Latency {
  readonly count: number;
  /** ns */
  readonly p50: number;
  /** ns; undefined with fewer than 100 calls, where it would be the slowest one. */
  readonly p99: number | undefined;
}

export const CALL_KINDS = ['add', 'refused', 'del'] as const;
/** ADDs that were answered with an address, ADDs that found none, DELs. */
export type CallKind = (typeof CALL_KINDS)[number];

/** Where bands begin; the last is the full pool. */
export const FILL_EDGES: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const P99_FROM = 100;
/** Refusals for want of an address; an agent that is down says nothing about fill. */
const NOTHING_LEFT: ReadonlySet<FailureClass> = new Set([
  'pool-full',
  'node-cidr-full',
  'pool-not-on-node',
  'cooldown',
]);

interface Filling {
  /** When addresses of one family were granted and released, sorted. */
  readonly granted: number[];
  readonly released: number[];
}

/**
 * Sorts CNI calls by how full the nodes' addresses were when they began: the addresses out at that instant, exact from
 * the events of single addresses, over those in nodes' CIDRs, known once a second. With two families the fuller counts.
 */
export class FillBands {
  readonly #families = new Map<string, Filling>();
  readonly #views: IpamSample[] = [];
  readonly #viewedAt: number[] = [];
  readonly #calls: { readonly at: number; readonly ns: number; readonly kind: CallKind }[] = [];

  onEvent(event: RunEvent): void {
    if (event.kind === 'ipam') {
      this.#views.push(event.view);
      this.#viewedAt.push(event.at);
    } else if (event.kind === 'address.granted') this.#filling(event.address).granted.push(event.at);
    else if (event.kind === 'address.released') this.#filling(event.address).released.push(event.at);
  }

  onSample({ metric, ns, at, ok, class: failure = 'other', labels }: Sample): void {
    if (labels !== undefined) return;
    if (metric === 'cni.add' && ok) this.#calls.push({ at, ns, kind: 'add' });
    else if (metric === 'cni.add' && NOTHING_LEFT.has(failure)) this.#calls.push({ at, ns, kind: 'refused' });
    else if (metric === 'cni.del' && ok) this.#calls.push({ at, ns, kind: 'del' });
  }

  /** The bands with calls in them, emptiest first; none when nothing is known of the pools. */
  bands(): FillBand[] {
    for (const { granted, released } of this.#families.values()) {
      granted.sort((a, b) => a - b);
      released.sort((a, b) => a - b);
    }
    const members = Map.groupBy(
      this.#calls.flatMap((call) => ({ ...call, ...(this.#fillAt(call.at) ?? { fill: -1, used: 0 }) })),
      ({ fill }) => bandOf(fill),
    );
    return FILL_EDGES.flatMap((from, i): FillBand[] => {
      const calls = members.get(i);
      if (!calls) return [];
      const byKind = Map.groupBy(calls, ({ kind }) => kind);
      return [
        {
          from,
          to: FILL_EDGES[i + 1] ?? 1,
          used: mean(calls.map(({ used }) => used)),
          calls: {
            add: latency(byKind.get('add')),
            refused: latency(byKind.get('refused')),
            del: latency(byKind.get('del')),
          },
        },
      ];
    });
  }

  #filling(address: string): Filling {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    const known = this.#families.get(family) ?? { granted: [], released: [] };
    this.#families.set(family, known);
    return known;
  }

  /** Undefined before the pools were first looked at, and without CIDRs on nodes. */
  #fillAt(at: number): { readonly fill: number; readonly used: number } | undefined {
    const view = this.#views[countUpTo(this.#viewedAt, at) - 1];
    const fills = [...this.#families].flatMap(([family, { granted, released }]) => {
      const pools = view?.pools.filter((pool) => pool.family === family) ?? [];
      const reserved = pools.reduce((sum, pool) => sum + pool.reserved, 0);
      const used = countUpTo(granted, at) - countUpTo(released, at);
      // The CIDR that a node got within this second is counted with the next look: never above full.
      return reserved > 0 ? [{ fill: Math.min(1, used / reserved), used }] : [];
    });
    return fills.sort((a, b) => b.fill - a.fill)[0];
  }
}

function bandOf(fill: number): number {
  return FILL_EDGES.findLastIndex((edge) => fill >= edge);
}

function latency(calls: readonly { readonly ns: number }[] | undefined): Latency | undefined {
  if (!calls) return undefined;
  const ordered = orderValues(Float64Array.from(calls, ({ ns }) => ns));
  const at = (q: number) => quantile(ordered, q)?.value ?? 0;
  return { count: calls.length, p50: at(0.5), p99: calls.length < P99_FROM ? undefined : at(0.99) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many of the sorted instants are at or before this one. */
function countUpTo(sorted: readonly number[], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
