import { type Datapath, type Remote, type Routing, remotesOf } from '../datapath/index.ts';
import { Ip } from '../ip/index.ts';
import type { Informer, NodeNetwork } from '../kube/index.ts';
import { podCidrs } from './node-network.ts';

/**
 * Keeps a node's knowledge of all others in step with their NodeNetworks. One with an address of this node's own is that
 * of a node which had it before: it is passed over. One that the kernel refuses (no way to its address) is told of.
 * @returns what forgets the nodes that went while no agent ran: to be called once all NodeNetworks are known, and
 * not before, since traffic to the others relies on what an earlier agent left.
 */
export function followPeers(
  datapath: Datapath,
  node: { readonly name: string; readonly ips: readonly string[] },
  networks: Informer<NodeNetwork>,
  routing: Routing,
  log: (message: string, detail?: unknown) => void,
): () => void {
  const known = new Map<string, readonly Remote[]>();
  const setRemote = ({ cidr, nexthop }: Remote, name: string): void => {
    try {
      datapath.setRemote(cidr, nexthop);
    } catch (error) {
      log(`${cidr} of node ${name}: ${(error as Error).message}`, error);
    }
  };
  const forget = (gone: readonly Remote[]): void => {
    for (const { cidr } of gone) {
      datapath.deleteRemote(cidr);
      // Two nodes listed it for a while (NodeCIDRConflict): the other one keeps it.
      for (const [name, remotes] of known) {
        const other = remotes.find((remote) => remote.cidr.equals(cidr));
        if (other) setRemote(other, name);
      }
    }
  };
  const set = (network: NodeNetwork): void => {
    const name = network.metadata.name!;
    if (name === node.name) return;
    const ips = network.spec?.nodeIPs ?? [];
    const addresses = ips.some((ip) => node.ips.includes(ip)) ? [] : ips.map((text) => Ip.parse(text));
    const remotes = remotesOf({ podCidrs: podCidrs(network), addresses }, routing);
    const gone = (known.get(name) ?? []).filter((old) => !remotes.some(({ cidr }) => cidr.equals(old.cidr)));
    known.set(name, remotes);
    forget(gone);
    for (const remote of remotes) setRemote(remote, name);
  };
  // Most changes are of the status, which no other node needs to know, a conflict aside.
  const relevant = (network: NodeNetwork): string =>
    JSON.stringify([network.spec?.nodeIPs, podCidrs(network).map(String)]);
  networks.onAdd(set).onUpdate((network, old) => {
    if (relevant(network) !== relevant(old)) set(network);
  });
  networks.onDelete((network) => {
    const gone = known.get(network.metadata.name!) ?? [];
    known.delete(network.metadata.name!);
    forget(gone);
  });
  return () => {
    const alive = new Set([...known.values()].flat().map(({ cidr }) => cidr.toString()));
    for (const { cidr } of datapath.remotes()) if (!alive.has(cidr.toString())) datapath.deleteRemote(cidr);
  };
}
