import type { LabSpec } from '../../../scenario/index.ts';

/** The two programs called iptables: the old kernel interface, or nf_tables behind the old command line. */
export type IptablesVariant = 'legacy' | 'nft';

/** How kube-proxy is started for a kind of Services. */
export interface KubeProxyMode {
  /** Which build of it: the current one has lost a mode that older ones had. */
  readonly program: 'kube-proxy' | 'kube-proxy-userspace';
  /** Its `--proxy-mode`. */
  readonly mode: 'iptables' | 'nftables' | 'ipvs' | 'userspace';
  /** Which iptables it finds, where it uses one at all. */
  readonly iptables: IptablesVariant | undefined;
}

const CURRENT = 'kube-proxy';

const MODES: Readonly<Partial<Record<LabSpec['services'], KubeProxyMode>>> = {
  'iptables-legacy': { program: CURRENT, mode: 'iptables', iptables: 'legacy' },
  'iptables-nft': { program: CURRENT, mode: 'iptables', iptables: 'nft' },
  nftables: { program: CURRENT, mode: 'nftables', iptables: undefined },
  // Its few constant rules; which of the two matters little there, and legacy is what ipset's own match came with.
  ipvs: { program: CURRENT, mode: 'ipvs', iptables: 'legacy' },
  // Rules send connections to the process, which carries them: as it was before Kubernetes 1.2, gone since 1.26.
  userspace: { program: 'kube-proxy-userspace', mode: 'userspace', iptables: 'legacy' },
};

/** How kube-proxy implements these Services; undefined when something else does. */
export function kubeProxyMode(services: LabSpec['services']): KubeProxyMode | undefined {
  return MODES[services];
}
