import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentNode } from '../../agent/index.ts';
import { Ip } from '../../ip/index.ts';
import { getLink, listAddresses, parseAddress, parseLink, RtSocket } from '../../kernel/index.ts';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { nodeCgroup } from './cgroup.ts';

/** Wait before the API is asked again, in ms. */
const RETRY_MS = 500;

/** The node that this process runs on, in whose network namespace it is, with its folders at their own paths. */
export async function ownNode(
  client: KubeClient,
  name: string,
  options: { readonly uplink?: string | undefined; readonly onError: (error: unknown) => void },
): Promise<AgentNode> {
  const ips = await nodeAddresses(client, name, options.onError);
  const uplink = options.uplink ?? linkWith(ips[0]!);
  return { name, root: '/', netns: '/proc/self/ns/net', ips, uplink, cgroup: nodeCgroup() };
}

/** The addresses that the kubelet registered, IPv4 first. Waits for an API that does not answer, or has none yet. */
async function nodeAddresses(
  client: KubeClient,
  name: string,
  onError: (error: unknown) => void,
): Promise<string[]> {
  for (;;) {
    try {
      const { status } = await client.get<Node>(NODES, name);
      const ips = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
      if (ips.length > 0) return ips.map(({ address }) => address).sort(byFamily);
      throw new Error(`node ${name} has no InternalIP yet`);
    } catch (error) {
      onError(error);
      await sleep(RETRY_MS);
    }
  }
}

const byFamily = (a: string, b: string): number => Number(a.includes(':')) - Number(b.includes(':'));

/** Name of the link that has an address. @throws Error when none has */
function linkWith(address: string): string {
  using socket = RtSocket.open();
  const wanted = Buffer.from(Ip.parse(address).bytes());
  const found = socket
    .dump(listAddresses())
    .map(parseAddress)
    .find((entry) => wanted.equals(entry.address));
  if (!found) throw new Error(`No link has the node's address ${address}: name it (agent.uplink)`);
  return parseLink(socket.request(getLink({ index: found.index }))[0]![0]!).name;
}
