import fs from 'node:fs';
import path from 'node:path';
import { getIfThere, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import { editDistance } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import { podTarget } from '../pod-target.ts';
import type { LabRecord, NodeRecord } from './lab-directory.ts';

/** How many pods a message names when the one asked for is not there. */
const SUGGESTIONS = 3;

/** Somewhere in a lab where a command can run: the namespaces to enter, and the cgroup that ends it with the lab. */
export interface Place {
  /** A pod as `namespace/name`. */
  readonly name: string;
  /** The node that it is, or that it is on; absent for `outside` and `fabric`. */
  readonly node?: string;
  readonly cgroup: string;
  /** Path of the network namespace, as this process sees it. */
  readonly net: string;
  /** Path of the mount namespace; the machine's own when absent. */
  readonly mount?: string;
  /** The network namespace is not that of the mount namespace's /sys, which must be mounted anew. */
  readonly isPod: boolean;
}

/** Joins the cgroup before anything else, so that there is no moment in which the command would outlive the lab. */
const JOIN = 'echo 0 > "$1/cgroup.procs" && shift && exec "$@"';
const MOUNT_SYS = 'mount -t sysfs -o nosuid,nodev,noexec sysfs /sys && exec "$@"';

/** The argument vector that runs a command there; the command replaces every program that leads to it. */
export function enter({ cgroup, net, mount, isPod }: Place, command: readonly string[]): string[] {
  return [
    ...['sh', '-c', JOIN, 'sh', cgroup],
    ...['nsenter', `--net=${net}`, ...(mount === undefined ? [] : [`--mount=${mount}`]), '--'],
    ...(isPod ? ['unshare', '--mount', '--', 'sh', '-c', MOUNT_SYS, 'sh'] : []),
    ...command,
  ];
}

/**
 * Finds a node (`n1`), a pod (`name` in default, or `namespace/name`), `outside` or `fabric`. A node goes before a pod
 * of its name.
 * @throws LabError no-such-place; not-ready for a pod that has no network namespace
 */
export async function findPlace(record: LabRecord, client: KubeClient, target: string): Promise<Place> {
  const node = record.nodes.find(({ name }) => name === target);
  if (node) return ofNode(record, node);
  if (target === 'fabric' || target === 'outside') {
    const pid = target === 'fabric' ? record.fabricPid : record.outsidePid;
    return {
      name: target,
      cgroup: path.join(record.cgroup, target),
      net: `/proc/${pid}/ns/net`,
      isPod: false,
    };
  }
  const pod = await findPod(record, client, target);
  const host = record.nodes.find(({ name }) => name === pod.spec.nodeName);
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (!host) throw new LabError('not-ready', `Pod ${name} has no node yet (kubectl describe pod says why)`);
  const sandbox = sandboxOf(host, pod);
  if (sandbox === undefined) {
    throw new LabError(
      'not-ready',
      `Pod ${name} has no network namespace on ${host.name}: it is ${pod.status?.phase ?? 'Pending'} (kubectl describe pod says why)`,
    );
  }
  return { ...ofNode(record, host), name, net: sandbox, isPod: true };
}

function ofNode(record: LabRecord, { name, pid }: NodeRecord): Place {
  return {
    name,
    node: name,
    cgroup: path.join(record.cgroup, name),
    net: `/proc/${pid}/ns/net`,
    mount: `/proc/${pid}/ns/mnt`,
    isPod: false,
  };
}

/** A pod's namespace is called after its uid; a later attempt to make it has a number behind that. */
function sandboxOf(node: NodeRecord, pod: Pod): string | undefined {
  const folder = `/proc/${node.pid}/root/run/netns`;
  const id = pod.metadata.uid!.replaceAll('-', '');
  const attempt = (name: string): number => Number(name.split('-')[1] ?? 0);
  const [last] = fs
    .readdirSync(folder)
    .filter((name) => name.split('-')[0] === id)
    .sort((a, b) => attempt(b) - attempt(a));
  return last === undefined ? undefined : path.join(folder, last);
}

async function findPod(record: LabRecord, client: KubeClient, target: string): Promise<Pod> {
  const { namespace, name } = podTarget(target);
  const pod = await getIfThere<Pod>(client, PODS, name, namespace);
  if (pod) return pod;
  const { items } = await client.list<Pod>(PODS);
  throw new LabError('no-such-place', [...refusal(record, target, items)].join('; '));
}

function* refusal(record: LabRecord, target: string, pods: readonly Pod[]): Generator<string> {
  const nodes = record.nodes.map(({ name }) => name);
  const few = nodes.length > 4 ? `${nodes[0]} to ${nodes.at(-1)}` : nodes.join(', ');
  if (target.includes('/')) yield `There is no pod ${target}`;
  else yield `Expected a node (${few}), a pod, outside or fabric, got ${target}`;
  if (pods.length === 0) {
    yield 'there are no pods';
    return;
  }
  const wanted = target.slice(target.indexOf('/') + 1);
  const near = pods
    .map(({ metadata: { namespace, name } }) => ({
      // The right name in another namespace comes first.
      distance: Math.min(editDistance(target, `${namespace}/${name}`), editDistance(wanted, name!)),
      name: namespace === 'default' ? name : `${namespace}/${name}`,
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS);
  yield `pods of nearly that name: ${near.map((each) => each.name).join(', ')}`;
}
