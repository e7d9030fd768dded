import { exposition, Histogram, type MetricFamily, singles } from '../../stats/prometheus/index.ts';
import type { PoolFill } from '../operator.ts';

/** Seconds; a node's CIDR is a matter of milliseconds, or of waiting for another node to leave. */
const BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];

/** What the operator counts. */
export class OperatorMetrics {
  readonly #nodeCidr = new Histogram(BOUNDS);
  #refusals = 0;
  #conflicts = 0;
  #writeErrors = 0;

  /** A node has its CIDRs, this many seconds after its object was first seen without. */
  served(seconds: number): void {
    this.#nodeCidr.observe(seconds);
  }

  /** A node found no CIDR left. */
  refused(): void {
    this.#refusals++;
  }

  /** A node's object lists CIDRs that cannot be its own. */
  conflicted(): void {
    this.#conflicts++;
  }

  /** The API refused a write; it is tried again. */
  writeFailed(): void {
    this.#writeErrors++;
  }

  /** Prometheus' text format; `more` is what only this mode has. */
  text(pools: readonly PoolFill[], waiting: number, more: readonly MetricFamily[] = []): string {
    const prefix = 'churnlab_operator_';
    const gauge = (name: string, help: string, value: (set: PoolFill) => number): MetricFamily => ({
      name: `${prefix}${name}`,
      type: 'gauge',
      help,
      samples: pools.map((set) => ({
        labels: { pool: set.pool, family: set.family, cidr: set.cidr },
        value: value(set),
      })),
    });
    const one = singles(prefix);
    return exposition([
      gauge('node_cidrs', 'CIDRs for nodes that a configured CIDR holds.', ({ size }) => size),
      gauge('node_cidrs_used', 'CIDRs that nodes have.', ({ used }) => used),
      one('waiting_nodes', 'gauge', 'Nodes that wait for a CIDR.', waiting),
      one('node_cidr_refusals_total', 'counter', 'Nodes that found no CIDR left.', this.#refusals),
      one(
        'node_cidr_conflicts_total',
        'counter',
        'Objects with CIDRs that cannot be theirs.',
        this.#conflicts,
      ),
      one('write_errors_total', 'counter', 'Writes that the API refused.', this.#writeErrors),
      {
        name: `${prefix}node_cidr_seconds`,
        type: 'histogram',
        help: 'From the first sight of a node without CIDRs to their being written.',
        samples: this.#nodeCidr.samples(),
      },
      ...more,
    ]);
  }
}
