import { networkOf } from '../../../networks/index.ts';
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
export function detectLocal(spec: LabSpec): DetectLocal {
  const { podLinks } = networkOf(spec);
  if (podLinks && 'bridge' in podLinks) {
    return { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: podLinks.bridge } };
  }
  const interfaceNamePrefix = podLinks?.prefix ?? '';
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
