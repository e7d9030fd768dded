import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apiVersionOf,
  CONFIG_MAPS,
  isReason,
  JOBS,
  type KubeClient,
  type KubeObject,
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
import { dialerOf } from './dialer-process.ts';
import { type Dialling, dialerContainer, dialerFolder, dialerMounts, dialerVolumes } from './dialling.ts';

const JOB_LABEL = 'batch.kubernetes.io/job-name';
const K6 = 'k6';
const SCRIPT_FOLDER = '/script';
const ARCHIVE = 'script.tar';
const CONFIG = 'podnet.json';
const LOOK_MS = 100;
/** Its images may have to be pulled. */
const RUNNING_MS = 180_000;

/**
 * Runs k6 in Jobs. Beside it in the pod is a dialer, which dials and keeps samples as those of other pods do: a script's
 * latencies do not depend on where k6 runs.
 * @param image with podnet-dialer
 */
export function scriptPods(client: KubeClient & RawAccess, dialling: Dialling, image: string): ScriptPods {
  const files = (name: string, { name: beside }: ScriptStart['beside']): ScriptFiles => {
    const file = (ending: string) =>
      path.posix.join(dialerFolder(dialling), `${namespaceOf(beside)}.${name}.${ending}`);
    return { socket: file('sock'), samples: file('samples'), summary: file('summary.json') };
  };
  return {
    files,
    start: async (script) => {
      const job = { name: script.name, namespace: namespaceOf(script.beside.name) };
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
      const pod = await running(client, job);
      const name = pod.metadata.name!;
      const made = undo.move();
      return {
        place: { name: `${job.namespace}/${name}`, node: script.beside.node, netns: '', isPod: true },
        dialer: await dialerOf(client, dialling, { namespace: job.namespace, name }, socket),
        ended: (signal) => ended(client, job, signal),
        [Symbol.asyncDispose]: () => made.disposeAsync(),
      };
    },
  };
}

interface Named {
  readonly name: string;
  readonly namespace: string;
}

function namespaceOf(place: string): string {
  return place.includes('/') ? place.split('/', 1)[0]! : 'default';
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

/** Its pod, once its containers run or have run. @throws LabError not-ready */
async function running(client: KubeClient, job: Named): Promise<Pod> {
  const deadline = Date.now() + RUNNING_MS;
  for (;;) {
    const pod = await podOfJob(client, job);
    if (pod?.status?.phase !== undefined && pod.status.phase !== 'Pending') return pod;
    if (Date.now() > deadline) {
      const why = `kubectl describe pods --namespace ${job.namespace} -l ${JOB_LABEL}=${job.name} says why`;
      throw new LabError('not-ready', `k6 does not run after ${RUNNING_MS / 1000} s: ${why}`);
    }
    await sleep(LOOK_MS);
  }
}

async function ended(
  client: KubeClient & RawAccess,
  job: Named,
  signal: AbortSignal | undefined,
): ReturnType<ScriptPod['ended']> {
  for (;;) {
    signal?.throwIfAborted();
    const pod = await podOfJob(client, job);
    const status = pod?.status?.containerStatuses?.find(({ name }) => name === K6);
    const exitCode = status?.state?.terminated?.exitCode;
    if (exitCode !== undefined) {
      const log = `/api/v1/namespaces/${job.namespace}/pods/${pod!.metadata.name}/log?container=${K6}`;
      return { exitCode, output: await client.text(log) };
    }
    if (pod === undefined) throw new LabError('not-ready', `The pod of Job ${job.name} is gone`);
    await sleep(LOOK_MS, undefined, { ...(signal && { signal }) });
  }
}

async function create(client: KubeClient, resource: Resource, metadata: Named, body: object): Promise<void> {
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  await client.create<KubeObject>(resource, { ...type, metadata, ...body });
}

async function podOfJob(client: KubeClient, { name, namespace }: Named): Promise<Pod | undefined> {
  const { items } = await client.list<Pod>(PODS, { namespace, labelSelector: `${JOB_LABEL}=${name}` });
  return items[0];
}

async function removed(client: KubeClient, { name, namespace }: Named): Promise<void> {
  for (const resource of [JOBS, CONFIG_MAPS]) {
    const deleting = client.delete(resource, name, namespace, { propagationPolicy: 'Background' });
    await deleting.catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
    });
  }
}
