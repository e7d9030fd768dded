import { parse } from 'yaml';
import type { ConfigMap, KubeObject } from '../../../kube/index.ts';

/** How kube-proxy works in a cluster: its mode, `absent`, or `unknown` where only its pods are seen. */
export type ProxyMode = 'iptables' | 'ipvs' | 'nftables' | 'userspace' | 'absent' | 'unknown';

const NAME = 'kube-proxy';
/** As kubeadm writes it, and as EKS does. */
const CONFIG_MAPS: readonly string[] = [NAME, 'kube-proxy-config'];
const MODES: readonly string[] = ['iptables', 'ipvs', 'nftables', 'userspace'];

/** @param pods those of kube-system: where the kubelet runs kube-proxy itself there is no DaemonSet */
export function findProxy(
  configMaps: readonly ConfigMap[],
  daemonSets: readonly KubeObject[],
  pods: readonly KubeObject[],
): ProxyMode {
  const isThere = [...daemonSets, ...pods].some(
    ({ metadata }) => metadata.namespace === 'kube-system' && metadata.name!.startsWith(NAME),
  );
  if (!isThere) return 'absent';
  const configuration = configMaps.find(
    ({ metadata }) => metadata.namespace === 'kube-system' && CONFIG_MAPS.includes(metadata.name!),
  );
  const text = Object.values(configuration?.data ?? {}).find((each) => /^mode:/m.test(each));
  if (text === undefined) return 'unknown';
  // Left empty it is the platform's default, which is iptables on Linux (kube-proxy's --proxy-mode).
  const { mode = '' } = (parse(text) ?? {}) as { readonly mode?: string | null };
  const named = mode || 'iptables';
  return MODES.includes(named) ? (named as ProxyMode) : 'unknown';
}
