import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, type KubeObject, RESOURCE_QUOTAS } from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';
import { listServed } from './survey/survey.ts';

/** Whoever gives every namespace a quota does so as soon as it is there. */
const SOON_MS = 1000;

interface ResourceQuota extends KubeObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
}

/**
 * Quotas are per namespace, and a cluster's own policies may give each new one a quota: known only once it is there.
 * @throws LabError unfit-cluster
 */
export async function requireQuota(client: KubeClient, namespace: string, pods: number): Promise<void> {
  await sleep(SOON_MS);
  const { items } = await listServed<ResourceQuota>(client, RESOURCE_QUOTAS, { namespace });
  const problems = quotaProblems(items, pods);
  if (problems.length === 0) return;
  throw new LabError('unfit-cluster', `New namespaces get a quota here: ${problems.join('; ')}`);
}

/** What stands against so many pods that ask for no resources. Pure. */
export function quotaProblems(quotas: readonly ResourceQuota[], pods: number): string[] {
  return quotas.flatMap(({ metadata, spec }) => {
    const hard = spec?.hard ?? {};
    const limit = Number(hard.pods ?? hard['count/pods'] ?? Infinity);
    const computes = Object.keys(hard).filter((key) => /^(requests\.|limits\.)?(cpu|memory)$/.test(key));
    return [
      ...(limit < pods ? [`${metadata.name} allows ${limit} pods, expected room for ${pods}`] : []),
      ...(computes.length > 0
        ? [`${metadata.name} limits ${computes.join(', ')}, and pods of a run say no resources`]
        : []),
    ];
  });
}
