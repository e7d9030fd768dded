import type { Condition } from '../kube/index.ts';

export function condition(
  type: string,
  status: 'True' | 'False' | 'Unknown',
  now: string,
  reason?: string,
  message?: string,
): Condition {
  return {
    type,
    status,
    lastTransitionTime: now,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function timestamp(at = new Date()): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
