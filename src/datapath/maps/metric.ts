/** `metrics`: enum metric and struct counter of bpf/layout.h. */
import type { Codec, PerCpuArray } from '../../kernel/bpf/index.ts';

/** The counters in the order of the enum: METRIC_FORWARD_LOCAL is `forward-local`. */
export const METRICS = [
  'forward-local',
  'forward-remote',
  'forward-overlay',
  'forward-from-network',
  'forward-from-overlay',
  'forward-from-stack',
  'pass-node',
  'pass-outside',
  'pass-fragment',
  'pass-stack-flow',
  'pass-stack-all',
  'pass-ttl',
  'pass-too-big',
  'answer-arp',
  'answer-nd',
  'drop-spoofed',
  'drop-no-endpoint',
  'drop-malformed',
  'drop-ethertype',
  'drop-link-local',
  'drop-vni',
  'drop-tunnel',
  'drop-config',
] as const;

export type Metric = (typeof METRICS)[number];

export interface Counter {
  readonly packets: number;
  /** With Ethernet headers. A packet that is segmented later counts as the one that it still is. */
  readonly bytes: number;
}

export const COUNTER: Codec<Counter> = {
  size: 16,
  write: (counter, into) => {
    into.writeBigUInt64LE(BigInt(counter.packets), 0);
    into.writeBigUInt64LE(BigInt(counter.bytes), 8);
  },
  read: (from) => ({
    packets: Number(from.readBigUInt64LE(0)),
    bytes: Number(from.readBigUInt64LE(8)),
  }),
};

/** Counters by their names, in the order of the map, each summed over the CPUs. */
export function sumCounters<N extends string>(
  map: PerCpuArray<Counter>,
  names: readonly N[],
): Record<N, Counter> {
  const sum = (index: number): Counter =>
    map.lookup(index).reduce((a, b) => ({ packets: a.packets + b.packets, bytes: a.bytes + b.bytes }), {
      packets: 0,
      bytes: 0,
    });
  return Object.fromEntries(names.map((name, index) => [name, sum(index)])) as Record<N, Counter>;
}

export const readMetrics = (map: PerCpuArray<Counter>): Record<Metric, Counter> => sumCounters(map, METRICS);
