import { setTimeout as sleep } from 'node:timers/promises';
import { isReady, type KubeClient, PODS, type Pod, SERVICES, type Service } from '../../kube/index.ts';
import { untilReady } from '../daemon-set.ts';
import { type Path, pathsOf, problemOf, type Responder } from './paths.ts';
import type { Reached } from './respond.ts';

/** Wait between two tries, in ms. */
const RETRY_MS = 1000;
/** Tries of a way that does not work: a Service is there a moment before its endpoints are in every kernel. */
const TRIES = 5;

export interface ClusterTestOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Name of the DaemonSet of responders, and of the Service before them. */
  readonly name: string;
  /** Of the chart's release: label of the responders' pods. */
  readonly instance: string;
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

async function readyResponders(options: ClusterTestOptions): Promise<Responder[]> {
  const { client, namespace, instance } = options;
  await untilReady(client, options);
  const labelSelector = `app.kubernetes.io/component=test-responder,app.kubernetes.io/instance=${instance}`;
  const { items } = await client.list<Pod>(PODS, { namespace, labelSelector });
  return items.filter(isAnswering).map(responderOf);
}

const isAnswering = (pod: Pod): boolean => !pod.metadata.deletionTimestamp && isReady(pod);

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
    await sleep(RETRY_MS);
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
