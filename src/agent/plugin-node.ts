import { sourceNatScript } from '../datapath/index.ts';
import { Cidr, Ip } from '../ip/index.ts';
import { getLink, Netns, parseLink, RtSocket, replaceRoute, setSysctls } from '../kernel/index.ts';
import type { Informer, KubeClient, NodeNetwork } from '../kube/index.ts';
import type { AgentNode, AgentSettings, PluginNode } from './config.ts';
import { fillConflist, writeConflist } from './conflist.ts';
import { inNetns } from './host-ports.ts';
import { announce, podCidrs } from './node-network.ts';

/**
 * A node whose pods are attached by plugins: what kindnet does for kind. It writes the configuration and lets the node
 * forward; where the network has nothing of its own for it, it routes the other nodes' CIDRs to them and masquerades
 * what leaves the cluster.
 */
export async function setUpPluginNode(
  config: AgentSettings,
  { conflist, routes }: PluginNode,
  node: AgentNode,
  client: KubeClient,
  networks: Informer<NodeNetwork>,
): Promise<void> {
  using netns = Netns.open(node.netns);
  const socket = RtSocket.open(netns);
  const uplink = parseLink(socket.request(getLink({ name: node.uplink }))[0]![0]!).index;
  setSysctls(netns, {
    'ipv4/ip_forward': 1,
    'ipv6/conf/all/forwarding': 1,
    // Reference plugins are measured as they are usually run; a router may drop what comes back another way.
    'ipv4/conf/all/rp_filter': 0,
    'ipv4/conf/default/rp_filter': 0,
  });
  if (routes) await inNetns(netns)('nft', ['-f', '-'], masquerade(config));
  const clusterCidrs = config.clusterCidrs.map((text) => Cidr.parse(text).cidr);
  const follow = (network: NodeNetwork): void => {
    const cidrs = podCidrs(network);
    if (network.metadata.name === node.name) {
      if (cidrs.length > 0)
        writeConflist(node.root, fillConflist(conflist, { podCidrs: cidrs, clusterCidrs }));
      return;
    }
    if (!routes) return;
    const addresses = (network.spec.nodeIPs ?? []).map((text) => Ip.parse(text));
    for (const cidr of cidrs) {
      const gateway = addresses.find(({ family }) => family === cidr.family);
      if (!gateway) continue;
      const destination = { address: cidr.network.bytes(), prefixLength: cidr.prefix };
      const family = cidr.family === 'ipv4' ? 4 : 6;
      socket.request(replaceRoute({ family, destination, gateway: gateway.bytes(), index: uplink }));
    }
  };
  networks.onAdd(follow).onUpdate(follow);
  await announce(client, node.name, node.ips);
}

function masquerade({ clusterCidrs, fabricCidrs }: AgentSettings): string {
  const rules = (['ip', 'ip6'] as const).flatMap((word) => {
    const of = (cidrs: readonly string[]) =>
      cidrs
        .map((text) => Cidr.parse(text).cidr)
        .filter(({ family }) => (family === 'ipv4') === (word === 'ip'));
    const pods = of(clusterCidrs);
    if (pods.length === 0) return [];
    const inside = [...pods, ...of(fabricCidrs)];
    return [`    ${word} saddr { ${pods.join(', ')} } ${word} daddr != { ${inside.join(', ')} } masquerade`];
  });
  return sourceNatScript('leaving', rules);
}
