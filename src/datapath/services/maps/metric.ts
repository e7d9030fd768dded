/** `service_metrics`: enum service_metric of bpf/service-layout.h, struct counter of bpf/layout.h. */
import type { PerCpuArray } from '../../../kernel/bpf/index.ts';
import { type Counter, sumCounters } from '../../maps/metric.ts';

/** The counters in the order of the enum: SERVICE_SOCKET_REJECTED is `socket-rejected`. */
export const SERVICE_METRICS = [
  'socket',
  'socket-rejected',
  'packet',
  'reply',
  'hairpin',
  'snat',
  'dsr',
  'xdp',
  'rejected',
  'drop-no-local',
  'drop-no-port',
  'drop-malformed',
] as const;

export type ServiceMetric = (typeof SERVICE_METRICS)[number];

/** All counters, each summed over the CPUs. */
export const readServiceMetrics = (map: PerCpuArray<Counter>): Record<ServiceMetric, Counter> =>
  sumCounters(map, SERVICE_METRICS);
