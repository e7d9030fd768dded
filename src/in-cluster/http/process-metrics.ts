import type { MetricFamily } from '../../stats/prometheus/index.ts';

/** What Prometheus' client libraries tell of every process. */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const one = (name: string, type: 'counter' | 'gauge', help: string, value: number): MetricFamily => ({
    name: `process_${name}`,
    type,
    help,
    samples: [{ value }],
  });
  return [
    one('cpu_seconds_total', 'counter', 'Processor time, user and system.', (user + system) / 1e6),
    one('resident_memory_bytes', 'gauge', 'Memory in use.', process.memoryUsage.rss()),
    one('start_time_seconds', 'gauge', 'Start, in seconds since the epoch.', performance.timeOrigin / 1000),
  ];
}
