import { fenceNode } from '../node-fence.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { docker } from './engine.ts';
import { raiseFence } from './fence.ts';
import { record } from './journal.ts';

/** A network of Docker's own for each lab: the fence knows its bridge, and no other cluster is behind it. */
export async function makeNetwork({ lab, spec, names, options }: Building): Promise<void> {
  const { engine } = options;
  record(lab, { kind: 'network', name: names.network, engine });
  const families =
    spec.ipFamily === 'ipv4' ? [] : ['--ipv6', '--subnet', `fd31:${names.bridge.slice(-4)}::/64`];
  await docker(engine, [
    ...['network', 'create', '--driver', 'bridge', ...families],
    ...['--opt', `com.docker.network.bridge.name=${names.bridge}`],
    ...['--opt', 'com.docker.network.bridge.enable_ip_masquerade=false'],
    names.network,
  ]);
  record(lab, { kind: 'fence', table: names.fence });
  raiseFence(names.fence, names.bridge);
}

/** Rules on every node against what would leave it for a pod or a Service that is not there. */
export async function fenceNodes(
  { spec, names, options }: Building,
  here: readonly NodeProcess[],
): Promise<void> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const gateways = (await docker(options.engine, ['network', 'inspect', '--format', format, names.network]))
    .trim()
    .split(' ')
    .filter(Boolean);
  const four = gateways.find((address) => !address.includes(':'));
  const six = gateways.find((address) => address.includes(':'))?.split('/')[0];
  const routers = { ...(four && { ipv4: four }), ...(six && { ipv6: six }) };
  for (const node of here) fenceNode(node, spec, routers);
}
