/** `helm uninstall` on a real cluster leaves nothing of ours: neither in the API nor on the nodes. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { attachedNames } from '../../../src/kernel/bpf/index.ts';
import type { KindUp } from './kind-up.ts';

const PATIENCE = { timeout: 60_000, interval: 500 };
const NAMESPACE = 'churnlab-system';
const OURS = 'app.kubernetes.io/name=churnlab';
/** What Kubernetes itself puts into each namespace, and what it tells of things that are gone. */
const NOT_OURS = /^(configmap\/kube-root-ca\.crt|serviceaccount\/default|event(\.events\.k8s\.io)?\/.*)$/;

/** Prints what of us a node has, a line each; nothing when there is nothing. The fence is the lab's. */
const ON_NODE = [
  'ls -d /etc/cni/net.d/*churnlab* /opt/cni/bin/churnlab* /run/churnlab /var/lib/cni/churnlab /sys/fs/bpf/churnlab',
  'ip -o link | grep -E "churnlab|lxc"',
  'ip route | grep -E "churnlab|^10\\.20\\."',
  'ip neigh show nud permanent',
  'tc qdisc show | grep clsact',
  'nft list tables | grep churnlab | grep -v churnlab-fence',
].join('; ');

export async function uninstallLeavesNothing(up: KindUp): Promise<void> {
  const { lab } = up;
  const [first = ''] = up.containers;
  const kubectl = async (...args: readonly string[]): Promise<string[]> => {
    const config = '--kubeconfig=/etc/kubernetes/admin.conf';
    const { stdout } = await up.docker('exec', first, 'kubectl', config, ...args);
    return stdout.split('\n').filter(Boolean);
  };
  const kinds = async (namespaced: boolean): Promise<string> =>
    (await kubectl('api-resources', '--verbs=list', `--namespaced=${namespaced}`, '--output=name')).join();
  const [inNamespaces, inCluster] = [await kinds(true), await kinds(false)];
  const ours = async () => [
    ...(await kubectl('get', inNamespaces, '--all-namespaces', `--selector=${OURS}`, '--output=name')),
    ...(await kubectl('get', inCluster, `--selector=${OURS}`, '--output=name')),
  ];
  const onNodes = () =>
    Promise.all(
      up.containers.map(async (node) => {
        const { stdout } = await up.docker('exec', node, 'sh', '-c', `{ ${ON_NODE}; } 2> /dev/null; true`);
        return stdout.split('\n').filter(Boolean);
      }),
    );
  const sockets = () =>
    lab.here.map(({ pid }) => programsOf(pid).filter((name) => name.startsWith('cl_')).length);
  // What is looked for is there before.
  expect((await ours()).length).toBeGreaterThan(10);
  for (const lines of await onNodes()) expect(lines.length).toBeGreaterThan(5);
  expect(Math.min(...sockets())).toBeGreaterThan(0);

  // The network of pods that are still there stays: the cluster's own go first.
  await kubectl('--namespace=kube-system', 'scale', 'deployment/coredns', '--replicas=0');
  const attached = async () => (await onNodes()).flat().filter((line) => line.includes('lxc'));
  await expect.poll(attached, PATIENCE).toEqual([]);
  await up.helm('uninstall', 'churnlab', '--namespace', NAMESPACE, '--wait');

  await expect.poll(onNodes, PATIENCE).toEqual(lab.nodes.map(() => []));
  expect(sockets()).toEqual(lab.nodes.map(() => 0));
  await expect.poll(ours, PATIENCE).toEqual([]);
  const inNamespace = async () =>
    (await kubectl('get', inNamespaces, `--namespace=${NAMESPACE}`, '--output=name')).filter(
      (name) => !NOT_OURS.test(name),
    );
  await expect.poll(inNamespace, PATIENCE).toEqual([]);
}

/** Programs for sockets of a node, on whichever cgroup above its first process they are. */
function programsOf(pid: number): string[] {
  const own = /^0::(.*)$/m.exec(fs.readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '/';
  const mounts = fs.readFileSync('/proc/mounts', 'utf8').split('\n');
  const root = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1] ?? '';
  const names: string[] = [];
  for (let at = own; at !== '/'; at = path.dirname(at)) names.push(...attachedNames(path.join(root, at)));
  return names;
}
