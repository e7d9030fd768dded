/**
 * What is addressed to a pod or a Service that is not there is refused on its node, where the sender hears of it. By a
 * rule behind address translation: a route would refuse connect(2) before kube-proxy has translated.
 *
 * A refused packet also leaves nothing in connection tracking. One that is let out leaves an entry that is not translated,
 * for 120 s (nf_conntrack_tcp_timeout_syn_sent) and longer with each further try: of every connection from the same port,
 * also when the Service is there by then. Who probes a Service until it answers would so spoil what is measured after.
 */
import { spawnSync } from 'node:child_process';
import { Netns } from '../kernel/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { LabError } from './lab-error.ts';
import type { NodeProcess } from './node-inventory.ts';

const TABLE = 'churnlab-fence';
/** After every translation: NF_IP_PRI_NAT_SRC is 100 (include/uapi/linux/netfilter_ipv4.h). */
const PRIORITY = 90;

/** @param routers addresses that the node's default routes lead to, by family */
export function nodeFenceRules(
  lab: Pick<LabSpec, 'ipam' | 'serviceCidrs' | 'ipFamily'>,
  routers: Readonly<Partial<Record<'ipv4' | 'ipv6', string>>>,
): string {
  const cidrs = [...lab.ipam.pools.flatMap((pool) => pool.cidrs), ...lab.serviceCidrs];
  const rules = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const own = cidrs.filter((cidr) => cidr.includes(':') === (family === 'ipv6'));
    const router = routers[family];
    if (own.length === 0 || router === undefined) return [];
    const name = family === 'ipv4' ? 'ip' : 'ip6';
    const set = `{ ${own.join(', ')} }`;
    return [`rt ${name} nexthop ${router} ${name} daddr ${set} counter reject with icmpx admin-prohibited`];
  });
  const chain = (hook: string): string =>
    [
      `  chain ${hook} {`,
      `    type filter hook ${hook} priority ${PRIORITY};`,
      ...rules.map((rule) => `    ${rule}`),
      '  }',
    ].join('\n');
  return `table inet ${TABLE}\ndelete table inet ${TABLE}\ntable inet ${TABLE} {\n${chain('forward')}\n${chain('output')}\n}\n`;
}

/** Puts the rules on a node. @throws LabError step-failed */
export function fenceNode(
  node: NodeProcess,
  lab: Pick<LabSpec, 'ipam' | 'serviceCidrs' | 'ipFamily'>,
  routers: Readonly<Partial<Record<'ipv4' | 'ipv6', string>>>,
): void {
  using netns = Netns.open(`/proc/${node.pid}/ns/net`);
  const input = nodeFenceRules(lab, routers);
  const { status, stderr, error } = netns.run(() =>
    spawnSync('nft', ['-f', '-'], { encoding: 'utf8', input }),
  );
  if (status !== 0) {
    throw new LabError('step-failed', `rules of node ${node.name}: ${stderr?.trim() || error?.message}`);
  }
}
