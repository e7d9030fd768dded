import { expect, it } from 'vitest';
import { OperatorMetrics } from './operator-metrics.ts';

it("should be Prometheus' text format", () => {
  const pool = { pool: 'p', family: 'ipv4', cidr: '10.0.0.0/24', maskSize: 26, size: 4, used: 1 } as const;
  const metrics = new OperatorMetrics();
  metrics.refused();
  metrics.served(0.004);
  metrics.served(1000);
  const lines = metrics.text([pool], 2).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# HELP churnlab_operator_node_cidrs_used CIDRs that nodes have.',
      '# TYPE churnlab_operator_node_cidrs_used gauge',
      'churnlab_operator_node_cidrs_used{pool="p",family="ipv4",cidr="10.0.0.0/24"} 1',
      'churnlab_operator_node_cidrs{pool="p",family="ipv4",cidr="10.0.0.0/24"} 4',
      'churnlab_operator_waiting_nodes 2',
      'churnlab_operator_node_cidr_refusals_total 1',
      'churnlab_operator_node_cidr_seconds_bucket{le="0.002"} 0',
      'churnlab_operator_node_cidr_seconds_bucket{le="0.005"} 1',
      'churnlab_operator_node_cidr_seconds_bucket{le="300"} 1',
      'churnlab_operator_node_cidr_seconds_bucket{le="+Inf"} 2',
      'churnlab_operator_node_cidr_seconds_sum 1000.004',
      'churnlab_operator_node_cidr_seconds_count 2',
    ]),
  );
});
