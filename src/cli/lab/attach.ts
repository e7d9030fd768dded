import { labSpec } from '../../scenario/index.ts';
import { LabDirectory, type Preflight, runnerRoles } from '../../substrate/index.ts';
import { lookAtCluster } from '../attach-cluster.ts';
import type { ClusterFlags } from '../cluster-option.ts';
import { bringUp, defaultName } from '../lab-place.ts';
import { showPreflight } from '../show-preflight.ts';
import { Steps } from '../steps.ts';
import { nextCommands } from './next-commands.ts';

interface AttachFlags extends ClusterFlags {
  readonly name?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly json?: true | undefined;
  readonly rbac?: true | undefined;
}

/** `lab up --substrate kubeconfig`: a cluster that is there becomes a lab, which is a namespace in it and a record here. */
export async function attachLab({ dryRun, json, rbac, ...flags }: AttachFlags): Promise<void> {
  if (rbac) {
    process.stdout.write(runnerRoles());
    return;
  }
  const onPreflight = (found: Preflight): void => {
    if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    else showPreflight(found);
  };
  if (dryRun) {
    await lookAtCluster({ flags, onPreflight });
    return;
  }
  const directory = new LabDirectory(flags.name ?? defaultName('kubeconfig'));
  const steps = new Steps();
  try {
    const cluster = { flags, temporary: false, onPreflight };
    const own = { command: 'lab up', substrate: 'kubeconfig', spec: labSpec(), install: false } as const;
    await bringUp(directory, { ...own, cluster, progress: steps.begin });
    steps.end();
  } catch (error) {
    steps.fail();
    throw error;
  }
  if (!json) process.stdout.write(nextCommands(directory, 'kubeconfig'));
}
