import { backoff } from '../../kube/index.ts';
import { SANDBOX_RETRY } from '../../runtime/index.ts';

/** ns until the runtime tries again after so many failed attempts, as in a lab that is up. */
export function retryDelay(attempts: number, random: () => number): number {
  return backoff(attempts - 1, SANDBOX_RETRY.baseMs, SANDBOX_RETRY.maxMs, random) * 1e6;
}
