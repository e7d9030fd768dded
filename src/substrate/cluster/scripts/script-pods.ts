import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apiVersionOf,
  CONFIG_MAPS,
  deleteIfThere,
  getIfThere,
  jobPods,
  type KubeClient,
  type KubeObject,
  type NamespacedName,
  PODS,
  type Pod,
  type RawAccess,
  type Resource,
  serves,
  TEST_RUNS,
} from '../../../kube/index.ts';
import type { ScriptFiles, ScriptPod, ScriptPods, ScriptStart } from '../../../traffic/index.ts';
import { LabError } from '../../lab-error.ts';
import { podTarget } from '../../pod-target.ts';
import { dialerOf } from '../dialer-process.ts';
import { type Dialling, dialerFolder } from '../dialling.ts';
import { ARCHIVE, CONFIG, jobOf, K6, testRunOf } from './script-object.ts';

const LOOK_MS = 100;

/**
 * Runs k6 in pods: by TestRuns where the cluster has k6-operator, else by Jobs. Beside it in the pod is a dialer, which
 * dials and keeps samples as those of other pods do: a script's latencies do not depend on where k6 runs.
 * @param dialerImage with podnet-dialer
 */
export function scriptPods(
  client: KubeClient & RawAccess,
  dialling: Dialling,
  dialerImage: string,
): ScriptPods {
  const files = (name: string, { name: beside }: ScriptStart['beside']): ScriptFiles => {
    const file = (ending: string) =>
      path.posix.join(dialerFolder(dialling), `${podTarget(beside).namespace}.${name}.${ending}`);
    return { socket: file('sock'), samples: file('samples'), summary: file('summary.json') };
  };
  return {
    files,
    start: async (script) => {
      const { namespace } = podTarget(script.beside.name);
      const own = { namespace, name: script.name };
      const { socket } = files(script.name, script.beside);
      const parts = { script, dialling, dialerImage, socket };
      const { resource, spec, job } = (await serves(client, TEST_RUNS)) ? testRunOf(parts) : jobOf(parts);
      await using undo = new AsyncDisposableStack();
      undo.defer(() => removed(client, [resource, CONFIG_MAPS], own));
      const { archive, config } = script;
      await create(client, CONFIG_MAPS, own, {
        binaryData: { [ARCHIVE]: archive.toString('base64') },
        data: { [CONFIG]: config },
      });
      await create(client, resource, own, { spec });
      const made = await jobPods(
        client,
        { namespace, name: job },
        {
          count: 1,
          // k6 may have ended by now.
          isThere: ({ status }) => status?.phase !== undefined && status.phase !== 'Pending',
          late: (_, waited) =>
            new LabError('not-ready', `k6 of ${resource.kind} ${own.name} does not run ${waited}`),
        },
      );
      const pod = { namespace, name: made[0]!.metadata.name! };
      const dialer = await dialerOf(client, dialling, pod, socket);
      const kept = undo.move();
      return {
        place: { name: `${pod.namespace}/${pod.name}`, node: script.beside.node, netns: '', isPod: true },
        dialer,
        ended: (signal) => ended(client, pod, signal),
        [Symbol.asyncDispose]: () => kept.disposeAsync(),
      };
    },
  };
}

async function ended(
  client: KubeClient & RawAccess,
  { namespace, name }: NamespacedName,
  signal: AbortSignal | undefined,
): ReturnType<ScriptPod['ended']> {
  for (;;) {
    signal?.throwIfAborted();
    const pod = await getIfThere<Pod>(client, PODS, name, namespace);
    if (pod === undefined) throw new LabError('not-ready', `Pod ${namespace}/${name} of k6 is gone`);
    const status = pod.status?.containerStatuses?.find((each) => each.name === K6);
    const exitCode = status?.state?.terminated?.exitCode;
    if (exitCode !== undefined) {
      const log = `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${K6}`;
      return { exitCode, output: await client.text(log) };
    }
    await sleep(LOOK_MS, undefined, { ...(signal && { signal }) });
  }
}

async function create(
  client: KubeClient,
  resource: Resource,
  metadata: NamespacedName,
  body: object,
): Promise<void> {
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  await client.create<KubeObject>(resource, { ...type, metadata, ...body });
}

async function removed(
  client: KubeClient,
  resources: readonly Resource[],
  { namespace, name }: NamespacedName,
): Promise<void> {
  for (const resource of resources) {
    await deleteIfThere(client, resource, name, namespace, { propagationPolicy: 'Background' });
  }
}
