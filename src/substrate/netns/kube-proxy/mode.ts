import type { LabSpec } from '../../../scenario/index.ts';

/** The two programs called iptables: the old kernel interface, or nf_tables behind the old command line. */
export type IptablesVariant = 'legacy' | 'nft';

/** How kube-proxy is started for a kind of Services. */
export interface KubeProxyMode {
  /** Its `--proxy-mode`. */
  readonly mode: 'iptables' | 'nftables' | 'ipvs';
  /** Which iptables it finds, where it uses one at all. */
  readonly iptables: IptablesVariant | undefined;
}

const MODES: Readonly<Partial<Record<LabSpec['services'], KubeProxyMode>>> = {
  'iptables-legacy': { mode: 'iptables', iptables: 'legacy' },
  'iptables-nft': { mode: 'iptables', iptables: 'nft' },
  nftables: { mode: 'nftables', iptables: undefined },
  // Its few constant rules; which of the two matters little there, and legacy is what ipset's own match came with.
  ipvs: { mode: 'ipvs', iptables: 'legacy' },
};

/** How kube-proxy implements these Services; undefined when something else does. */
export function kubeProxyMode(services: LabSpec['services']): KubeProxyMode | undefined {
  return MODES[services];
}
