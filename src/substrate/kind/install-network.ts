import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { type FoundNetwork, networkOf } from '../../networks/index.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { chartValues } from './chart-values.ts';
import { command } from './engine.ts';
import { installConflist } from './install-conflist.ts';
import { installSource } from './installed/install-source.ts';

const RELEASE = 'churnlab';
const NAMESPACE = 'churnlab-system';

/** What installing a network has shown. */
interface Installed {
  /** Namespace of our chart, where the network is ours. */
  readonly release?: string;
  /** Of a network that was brought along. */
  readonly found?: FoundNetwork;
}

/** Installs what connects the pods. @throws LabError not-ready, step-failed */
export async function installNetwork(
  building: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<Installed> {
  const onKind = networkOf(building.spec).onKind!;
  switch (onKind.by) {
    case 'chart':
      await installOurs(building, client, here);
      return { release: NAMESPACE };
    case 'conflist':
      await installConflist(onKind, building, client, here);
      return {};
    case 'source':
      return { found: await installSource(onKind.source, building, client, here) };
  }
}

async function installOurs(
  { lab, spec, options }: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<void> {
  const { status } = await client.get<Node>(NODES, here[0]!.name);
  const apiServer = status!.addresses!.find(({ type }) => type === 'InternalIP')!.address;
  const values = chartValues({ spec, image: options.images.network!, apiServer });
  const file = lab.writeJson('config/values.json', values);
  await command(options.programs.helm!, [
    ...['upgrade', '--install', RELEASE, options.chart, '--namespace', NAMESPACE, '--create-namespace'],
    ...['--values', file, '--kubeconfig', lab.kubeconfig],
  ]);
}
