import { expect, it } from 'vitest';
import { parseMetrics, valuesOf } from './metrics-text.ts';

const TEXT = `# HELP kubeproxy_sync_proxy_rules_duration_seconds [ALPHA] SyncProxyRules latency in seconds
# TYPE kubeproxy_sync_proxy_rules_duration_seconds histogram
kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 0.038288218
kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 0.036108456
kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 1.7952527127630777e+09
process_open_fds 17
`;

it('should read series with and without labels', () => {
  const metrics = parseMetrics(TEXT);
  expect(metrics.get('process_open_fds')).toBe(17);
  expect(valuesOf(metrics, 'kubeproxy_sync_proxy_rules_duration_seconds_sum')).toEqual([
    0.038288218, 0.036108456,
  ]);
  expect(valuesOf(metrics, 'kubeproxy_sync_proxy_rules_last_timestamp_seconds')).toEqual([
    1795252712.7630777,
  ]);
  expect(valuesOf(metrics, 'kubeproxy_sync_proxy_rules_duration_seconds_sum', 'ip_family="IPv6"')).toEqual([
    0.036108456,
  ]);
  expect(valuesOf(metrics, 'nothing')).toEqual([]);
});
