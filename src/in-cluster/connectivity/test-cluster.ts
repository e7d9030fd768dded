import { setTimeout as sleep } from 'node:timers/promises';
import {
  type KubeClient,
  type KubeObject,
  PODS,
  type Pod,
  type Resource,
  SERVICES,
  type Service,
} from '../../kube/index.ts';
import { type Path, pathsOf, problemOf, type Responder } from './paths.ts';
import type { Reached } from './respond.ts';

const DAEMON_SETS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  kind: 'DaemonSet',
  namespaced: true,
};

interface DaemonSet extends KubeObject {
  readonly status?: { readonly desiredNumberScheduled?: number };
}

/** Waits for responders on all nodes, in ms. */
const READY_MS = 120_000;
const LOOK_MS = 1000;
/** Tries of a way that does not work: a Service is there a moment before its endpoints are in every kernel. */
const TRIES = 5;

export interface ClusterTestOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Name of the DaemonSet of responders, of the label `churnlab.dev/test` of its pods, and of the Service before them. */
  readonly name: string;
  readonly port: number;
  /** Whether the Service is to answer, and by its name as well. */
  readonly services: boolean;
  readonly dns: boolean;
  readonly say: (line: string) => void;
}

/** Tries every way between pods of all nodes. Returns how many do not work. */
export async function testCluster(options: ClusterTestOptions): Promise<number> {
  const { client, namespace, name, port, services, dns, say } = options;
  const responders = await readyResponders(options);
  const service = await client.get<Service>(SERVICES, name, namespace);
  const paths = pathsOf(responders, {
    port,
    serviceIps: services ? ((service.spec.clusterIPs as string[] | undefined) ?? []) : [],
    serviceName: services && dns ? `${name}.${namespace}.svc` : undefined,
  });
  let failed = 0;
  for (const path of paths) {
    const problem = await tryPath(path, port);
    if (problem !== undefined) failed++;
    say(
      `${problem === undefined ? 'ok    ' : 'FAILED'} ${path.from.node} -> ${path.kind} ${path.url}${problem ? `: ${problem}` : ''}`,
    );
  }
  say(`${paths.length - failed} of ${paths.length} ways work, between pods on ${responders.length} nodes`);
  return failed;
}

async function readyResponders({ client, namespace, name, say }: ClusterTestOptions): Promise<Responder[]> {
  const end = performance.now() + READY_MS;
  for (;;) {
    const { status } = await client.get<DaemonSet>(DAEMON_SETS, name, namespace);
    const pods = await client.list<Pod>(PODS, { namespace, labelSelector: `churnlab.dev/test=${name}` });
    const ready = pods.items.filter(isReady).map(responderOf);
    const wanted = status?.desiredNumberScheduled ?? 0;
    if (wanted > 0 && ready.length >= wanted) return ready;
    if (performance.now() > end)
      throw new Error(`${ready.length} of ${wanted} responders are ready after ${READY_MS / 1000} s`);
    say(`waiting for responders: ${ready.length} of ${wanted || '?'}`);
    await sleep(LOOK_MS);
  }
}

const isReady = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp &&
  (status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

const responderOf = ({ metadata, spec, status }: Pod): Responder => ({
  pod: metadata.name!,
  node: spec.nodeName!,
  ips: (status?.podIPs ?? []).map(({ ip }) => ip),
});

async function tryPath(path: Path, port: number): Promise<string | undefined> {
  let problem: string | undefined;
  for (let left = TRIES; left > 0; left--) {
    problem = problemOf(path, await ask(path, port));
    if (problem === undefined) return undefined;
    await sleep(LOOK_MS);
  }
  return problem;
}

async function ask({ from, url }: Path, port: number): Promise<Reached> {
  const [ip = ''] = from.ips;
  const host = ip.includes(':') ? `[${ip}]` : ip;
  try {
    const answer = await fetch(`http://${host}:${port}/reach?url=${encodeURIComponent(url)}`);
    return (await answer.json()) as Reached;
  } catch (error) {
    return { error: `the responder on ${from.node} does not answer: ${(error as Error).message}` };
  }
}
