import { RangeAllocator, type RangeSpec } from '../../ipam/index.ts';
import { FixedAssignment } from '../node-spec/fixed-assignment.ts';
import { NodeSpecOperator } from '../node-spec/node-spec-operator.ts';
import { RateLimitedAssignment } from '../node-spec/rate-limited-assignment.ts';
import type { Operator, OperatorContext } from '../operator.ts';

/** `rate-limited`: as in kube-controller-manager 1.34. `fixed`: as in those up to 1.27. */
export type RangeQueue = 'rate-limited' | 'fixed';

/** Mode `range`: one piece of each cluster CIDR for a node, as kube-controller-manager's RangeAllocator gives them. */
export function startRange(spec: RangeSpec, queue: RangeQueue, context: OperatorContext): Promise<Operator> {
  const allocator = new RangeAllocator(spec);
  const Assignment = queue === 'fixed' ? FixedAssignment : RateLimitedAssignment;
  return NodeSpecOperator.start('range', (host) => new Assignment(allocator, host), context);
}
