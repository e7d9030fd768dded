import type { Cidr } from '../../ip/index.ts';
import { NodeSpecOperator } from '../node-spec/node-spec-operator.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { ClusterCidrs } from './cluster-cidrs.ts';
import { MultiRangeAssignment } from './multi-range-assignment.ts';

/** Mode `multi-range`: CIDRs out of the ClusterCIDR objects that select a node. */
export function startMultiRange(serviceCidrs: readonly Cidr[], context: OperatorContext): Promise<Operator> {
  const { client } = context;
  return NodeSpecOperator.start(
    'multi-range',
    (host) => {
      const onError = (error: unknown, name: string) => host.failed(error, name);
      const clusterCidrs = new ClusterCidrs({ client, clock: host.clock, onError });
      return new MultiRangeAssignment(clusterCidrs, serviceCidrs, host);
    },
    context,
  );
}
