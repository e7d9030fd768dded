import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { chartValues } from './chart-values.ts';
import { command } from './engine.ts';
import { installConflist } from './install-conflist.ts';

const RELEASE = 'churnlab';
const NAMESPACE = 'churnlab-system';

/** Installs what connects the pods. Returns the namespace of our chart, where the network is ours. */
export async function installNetwork(
  building: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<string | undefined> {
  const { lab, spec, options } = building;
  const { onKind } = networkOf(spec);
  if (onKind?.by === 'conflist') {
    await installConflist(onKind, building, client, here);
    return undefined;
  }
  const { status } = await client.get<Node>(NODES, here[0]!.name);
  const apiServer = status!.addresses!.find(({ type }) => type === 'InternalIP')!.address;
  const values = chartValues({ spec, image: options.images.network!, apiServer });
  const file = lab.writeJson('config/values.json', values);
  await command(options.programs.helm!, [
    ...['upgrade', '--install', RELEASE, options.chart, '--namespace', NAMESPACE, '--create-namespace'],
    ...['--values', file, '--kubeconfig', lab.kubeconfig],
  ]);
  return NAMESPACE;
}
