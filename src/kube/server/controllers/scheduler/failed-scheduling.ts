import type { Unfit } from './node-fit.ts';

/**
 * The message of a FailedScheduling event and of the PodScheduled condition, as kube-scheduler 1.34 writes it
 * (pkg/scheduler/framework/types.go, FitError): reasons with their counts, sorted as text, then what its
 * PostFilter plugins say, which here never find anything to evict.
 */
export function failedSchedulingMessage(nodes: number, reasons: ReadonlyMap<Unfit, number>): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const full = reasons.get('Too many pods') ?? 0;
  const preemption = histogram([
    ['No preemption victims found for incoming pod', full],
    ['Preemption is not helpful for scheduling', nodes - full],
  ]);
  const none = `0/${nodes} nodes are available:`;
  return `${none} ${histogram(reasons)}. no new claims to deallocate, preemption: ${none} ${preemption}.`;
}

function histogram(reasons: Iterable<readonly [string, number]>): string {
  return Array.from(reasons)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
