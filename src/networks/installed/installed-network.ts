import path from 'node:path';
import type { LabSpec } from '../../scenario/index.ts';
import { STATE_OF_OTHERS } from '../host-local.ts';
import type { Network, NetworkDaemon, NetworkFit, NetworkIpam } from '../network.ts';
import { type InstalledFields, type NetworkSource, sourceOf } from './source.ts';

/** What was found out of a network once it was up. */
export interface FoundNetwork {
  readonly ipam: NetworkIpam;
  readonly podLinks: Network['podLinks'];
  /** Its DaemonSets. */
  readonly daemons: readonly NetworkDaemon[];
  /** What could not be found out, for people. */
  readonly unknowns: readonly string[];
}

const NOTHING: FoundNetwork = { ipam: 'unknown', podLinks: undefined, daemons: [], unknowns: [] };

/** How packets find their way is up to the network's own values: there is nothing of ours to choose. */
const FIT: NetworkFit = {
  routings: ['direct'],
  families: ['ipv4', 'ipv6', 'dual'],
  ipamModes: ['kcm'],
  services: ['none', 'iptables', 'iptables-nft', 'nftables', 'ipvs', 'network'],
  levels: ['pod'],
};

/**
 * A network that somebody brings along for a cluster: a chart, or objects. What it is like shows when it is up; until
 * then, without `found`, nothing is assumed of it. Undefined for other networks.
 */
export function installedNetwork(
  lab: InstalledFields & Pick<LabSpec, 'imageArchives'>,
  found?: FoundNetwork,
): Network | undefined {
  const source = sourceOf(lab);
  if (source === undefined) return undefined;
  const { ipam, podLinks, daemons, unknowns } = found ?? NOTHING;
  return {
    name: nameOf(source),
    summary: lab.network,
    ipam,
    fit: FIT,
    state: STATE_OF_OTHERS,
    podLinks,
    traced: false,
    process: 'agent',
    unknowns,
    // Until it is up nobody knows what of it runs.
    onKind: { by: 'source', source, ...(found === undefined ? {} : { daemons }) },
    absent: { netns: 'a chart and manifests are for clusters: give a configuration with plugins (cni:)' },
  };
}

/** `cilium` for `helm:cilium/cilium@1.19.0` and for `helm:./charts/cilium-1.19.0.tgz`. */
function nameOf(source: NetworkSource): string {
  const file = path.basename(source.kind === 'chart' ? source.chart : source.path);
  return file.replace(/(-\d[\w.+-]*)?\.tgz$|\.(ya?ml|json)$/, '');
}
