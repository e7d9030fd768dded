import { findContext, isReason } from '../kube/index.ts';
import { type LabSpec, needsAnswers, needsK6, plan, type Scenario } from '../scenario/index.ts';
import {
  attach,
  type ClusterNeeds,
  inspectCluster,
  type LabDirectory,
  LabError,
  type Preflight,
} from '../substrate/index.ts';
import type { ClusterFlags } from './cluster-option.ts';

export interface AttachRequest {
  readonly flags: ClusterFlags;
  /** What is to be run there; left out: nothing that is known yet. */
  readonly scenario?: Scenario | undefined;
  readonly shards?: number;
  /** For this command alone. */
  readonly temporary: boolean;
  readonly onPreflight: (found: Preflight) => void;
}

/**
 * Makes a lab of the cluster that the command line, KUBECONFIG or ~/.kube/config name.
 * @throws LabError unfit-cluster among others; KubeError Invalid for a kubeconfig that cannot be used
 */
export async function attachCluster(
  directory: LabDirectory,
  wanted: LabSpec,
  request: AttachRequest,
  progress: (step: string) => void,
): Promise<void> {
  const { flags, temporary, onPreflight } = request;
  const cluster = await findContext(flags);
  await answered(cluster.context, () =>
    attach(directory, wanted, {
      ...{ cluster, images: flags.image ?? {}, needs: needsOf(request) },
      ...{ temporary, onPreflight, progress },
    }),
  );
}

/** Looks at the cluster and makes nothing. @throws as {@link attachCluster} does */
export async function lookAtCluster(request: Omit<AttachRequest, 'temporary'>): Promise<void> {
  const cluster = await findContext(request.flags);
  const { onPreflight } = request;
  await answered(cluster.context, () => inspectCluster({ cluster, needs: needsOf(request), onPreflight }));
}

/** What a scenario takes of a cluster. */
function needsOf({
  flags: { image = {}, allowOtherWorkloads },
  scenario,
  shards = 1,
}: Pick<AttachRequest, 'flags' | 'scenario' | 'shards'>): ClusterNeeds {
  const services = scenario !== undefined && needsAnswers(scenario.spec);
  const sharded = shards > 1;
  const scripts = scenario !== undefined && needsK6(scenario.spec) && image.k6 !== undefined;
  const missing = [
    ...(services && image.responder === undefined
      ? [{ name: 'responder', why: 'pods that make and answer connections' }]
      : []),
    ...(sharded && image.churnlab === undefined
      ? [{ name: 'churnlab', why: 'the Job that starts and ends pods' }]
      : []),
  ];
  return {
    pods: scenario === undefined ? 0 : plan(scenario).alive.bound + (sharded ? shards : 0),
    ...{
      services,
      sharded,
      scripts,
      missingImages: missing,
      allowOtherWorkloads: allowOtherWorkloads === true,
    },
  };
}

/** A cluster that does not answer is a wrong context, or a network that is not there: nothing of ours failed. */
async function answered(context: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isReason(cause, 'Unreachable', 'Timeout')) throw cause;
    const message = `The API server of context ${context} does not answer: ${cause.message}`;
    throw new LabError('unfit-cluster', message, { cause });
  }
}
