import { type Datapath, type Routing, remotesOf } from '../datapath/index.ts';
import { Cidr, Ip } from '../ip/index.ts';
import type { Informer } from '../kube/index.ts';
import { type NodeNetwork, podCidrs } from './node-network.ts';

/**
 * Keeps a node's knowledge of all others in step with their NodeNetworks.
 * @returns what forgets the nodes that went while no agent ran: to be called once all NodeNetworks are known, and
 * not before, since traffic to the others relies on what an earlier agent left.
 */
export function followPeers(
  datapath: Datapath,
  node: string,
  networks: Informer<NodeNetwork>,
  routing: Routing,
): () => void {
  const known = new Map<string, string[]>();
  const set = (network: NodeNetwork): void => {
    const name = network.metadata.name!;
    if (name === node) return;
    const addresses = (network.spec.nodeIPs ?? []).map((text) => Ip.parse(text));
    const remotes = remotesOf({ podCidrs: podCidrs(network), addresses }, routing);
    const wanted = new Set(remotes.map(({ cidr }) => cidr.toString()));
    for (const old of known.get(name) ?? [])
      if (!wanted.has(old)) datapath.deleteRemote(Cidr.parseExact(old));
    for (const { cidr, nexthop } of remotes) datapath.setRemote(cidr, nexthop);
    known.set(name, [...wanted]);
  };
  networks.onAdd(set).onUpdate((network, old) => {
    // Most changes are of the status, which no other node needs to know.
    if (JSON.stringify(network.spec) !== JSON.stringify(old.spec)) set(network);
  });
  networks.onDelete((network) => {
    for (const cidr of known.get(network.metadata.name!) ?? []) datapath.deleteRemote(Cidr.parseExact(cidr));
    known.delete(network.metadata.name!);
  });
  return () => {
    const alive = new Set([...known.values()].flat());
    for (const { cidr } of datapath.remotes()) if (!alive.has(cidr.toString())) datapath.deleteRemote(cidr);
  };
}
