import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from './kube-client.ts';
import type { Pod } from './objects.ts';
import { PODS } from './resources.ts';
import type { NamespacedName } from './types.ts';

/** The Job controller's own label. */
const JOB_LABEL = 'batch.kubernetes.io/job-name';
const LOOK_MS = 100;
/** Their images may have to be pulled. */
const RUNNING_MS = 180_000;

export interface JobPodsOptions {
  readonly count: number;
  /** Whether a pod has come as far as it is waited for. */
  readonly isThere: (pod: Pod) => boolean;
  /** Makes the error of those that have not, from how many have, how long was waited, and what to look at. */
  readonly late: (there: number, waited: string) => Error;
}

/** Pods of a Job, once so many of them are there; `late` is thrown after three minutes. */
export async function jobPods(
  client: KubeClient,
  { name, namespace }: NamespacedName,
  { count, isThere, late }: JobPodsOptions,
): Promise<Pod[]> {
  const labelSelector = `${JOB_LABEL}=${name}`;
  const deadline = Date.now() + RUNNING_MS;
  for (;;) {
    const { items } = await client.list<Pod>(PODS, { namespace, labelSelector });
    const there = items.filter(isThere);
    if (there.length === count) return there;
    if (Date.now() > deadline) {
      const why = `kubectl describe pods --namespace ${namespace} -l ${labelSelector} says why`;
      throw late(there.length, `after ${RUNNING_MS / 1000} s: ${why}`);
    }
    await sleep(LOOK_MS);
  }
}
