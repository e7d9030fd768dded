import { startCloud } from './cloud/start-cloud.ts';
import { ClusterPoolOperator } from './cluster-pool/cluster-pool-operator.ts';
import { MultiPoolOperator } from './multi-pool/multi-pool-operator.ts';
import { startMultiRange } from './multi-range/start-multi-range.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { OperatorSpec } from './operator-config.ts';
import { startRange } from './range/start-range.ts';

/**
 * Starts the mode that the configuration asks for. Resolves when all present objects are known and what nodes have is
 * taken over; an API that does not answer yet is waited for.
 */
export function startOperator(spec: OperatorSpec, context: OperatorContext): Promise<Operator> {
  switch (spec.mode) {
    case 'cluster-pool':
      return ClusterPoolOperator.start(spec.pool, context);
    case 'multi-pool':
      return MultiPoolOperator.start(context);
    case 'cloud':
      return startCloud(spec.provider, context);
    case 'range':
      return startRange(spec.range, spec.queue, context);
    case 'multi-range':
      return startMultiRange(spec.serviceCidrs, context);
  }
}
