import type { LabSpec } from '../../../scenario/index.ts';

/** How kube-proxy tells packets of its node's own pods; fields of KubeProxyConfiguration (v1alpha1). */
export type DetectLocal =
  | {
      readonly detectLocalMode: 'InterfaceNamePrefix';
      readonly detectLocal: { readonly interfaceNamePrefix: string };
    }
  | {
      readonly detectLocalMode: 'BridgeInterface';
      readonly detectLocal: { readonly bridgeInterface: string };
    };

/**
 * By the link that they come in by. By kube-proxy's default, its cluster CIDR, pods of all nodes are local: who calls a
 * node port of another node with externalTrafficPolicy Local is then sent on to any node with his own address, and
 * answered past the node that he called, where nothing masquerades between pods and nodes. Nor does a CIDR follow pools
 * that grow.
 */
export function detectLocal({ network }: LabSpec): DetectLocal {
  if (network === 'bridge') {
    return { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } };
  }
  // Host sides of pods' links: ours, and the kernel's own names that the ptp plugin leaves as they are.
  const interfaceNamePrefix = network === 'churnlab' ? 'lxc' : 'veth';
  return { detectLocalMode: 'InterfaceNamePrefix', detectLocal: { interfaceNamePrefix } };
}

/** The same as options of its command line. */
export function detectLocalOptions(spec: LabSpec): string[] {
  const { detectLocalMode, detectLocal: by } = detectLocal(spec);
  const link =
    'bridgeInterface' in by
      ? `--pod-bridge-interface=${by.bridgeInterface}`
      : `--pod-interface-name-prefix=${by.interfaceNamePrefix}`;
  return [`--detect-local-mode=${detectLocalMode}`, link];
}
