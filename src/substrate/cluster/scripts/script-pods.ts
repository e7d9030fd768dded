import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apiVersionOf,
  CONFIG_MAPS,
  deleteIfThere,
  getIfThere,
  JOBS,
  jobPods,
  type KubeClient,
  type KubeObject,
  type NamespacedName,
  PODS,
  type Pod,
  type PodSpec,
  type RawAccess,
  type Resource,
} from '../../kube/index.ts';
import {
  K6_ENVIRONMENT,
  type ScriptFiles,
  type ScriptPod,
  type ScriptPods,
  type ScriptStart,
} from '../../traffic/index.ts';
import { LabError } from '../lab-error.ts';
import { podTarget } from '../pod-target.ts';
import { dialerOf } from './dialer-process.ts';
import { type Dialling, dialerContainer, dialerFolder, dialerMounts, dialerVolumes } from './dialling.ts';

const K6 = 'k6';
const SCRIPT_FOLDER = '/script';
const ARCHIVE = 'script.tar';
const CONFIG = 'podnet.json';
const LOOK_MS = 100;

/**
 * Runs k6 in Jobs. Beside it in the pod is a dialer, which dials and keeps samples as those of other pods do: a script's
 * latencies do not depend on where k6 runs.
 * @param image with podnet-dialer
 */
export function scriptPods(client: KubeClient & RawAccess, dialling: Dialling, image: string): ScriptPods {
  const files = (name: string, { name: beside }: ScriptStart['beside']): ScriptFiles => {
    const file = (ending: string) =>
      path.posix.join(dialerFolder(dialling), `${podTarget(beside).namespace}.${name}.${ending}`);
    return { socket: file('sock'), samples: file('samples'), summary: file('summary.json') };
  };
  return {
    files,
    start: async (script) => {
      const job = { name: script.name, namespace: podTarget(script.beside.name).namespace };
      const { socket } = files(script.name, script.beside);
      await using undo = new AsyncDisposableStack();
      undo.defer(() => removed(client, job));
      const { archive, config } = script;
      await create(client, CONFIG_MAPS, job, {
        binaryData: { [ARCHIVE]: archive.toString('base64') },
        data: { [CONFIG]: config },
      });
      const spec = podOf(script, dialling, image, socket);
      await create(client, JOBS, job, { spec: { backoffLimit: 0, template: { spec } } });
      const [made] = await jobPods(client, job, {
        count: 1,
        // k6 may have ended by now.
        isThere: ({ status }) => status?.phase !== undefined && status.phase !== 'Pending',
        late: (_, waited) => new LabError('not-ready', `k6 does not run ${waited}`),
      });
      const pod = { namespace: job.namespace, name: made!.metadata.name! };
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

function podOf(
  { name, image, beside, args }: ScriptStart,
  dialling: Dialling,
  dialerImage: string,
  socket: string,
): PodSpec {
  const environment = { ...K6_ENVIRONMENT, PODNET_CONFIG: path.posix.join(SCRIPT_FOLDER, CONFIG) };
  const script = { name: 'script', mountPath: SCRIPT_FOLDER, readOnly: true };
  return {
    nodeName: beside.node,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    volumes: [...dialerVolumes(dialling).volumes, { name: script.name, configMap: { name } }],
    containers: [
      {
        name: 'dialer',
        image: dialerImage,
        imagePullPolicy: 'IfNotPresent',
        ...dialerContainer(dialling, socket),
      },
      {
        name: K6,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [...args, path.posix.join(SCRIPT_FOLDER, ARCHIVE)],
        env: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
        // The dialer's socket and folder are root's.
        securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false },
        volumeMounts: [...dialerMounts(dialling).volumeMounts, script],
      },
    ],
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

async function removed(client: KubeClient, { name, namespace }: NamespacedName): Promise<void> {
  for (const resource of [JOBS, CONFIG_MAPS]) {
    await deleteIfThere(client, resource, name, namespace, { propagationPolicy: 'Background' });
  }
}
