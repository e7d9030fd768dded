import { canRaiseLimits } from '../../docker/index.ts';
import { toolVersion } from '../../tools/index.ts';

/** What kind's configuration says beside its own, `kubeadmConfigPatches`, for a node image that was built here. */
export function builtImagePatches(limited = !canRaiseLimits()): string[] {
  const coredns = `kind: ClusterConfiguration
dns:
  imageTag: v${toolVersion('coredns')}
`;
  if (!limited) return [coredns];
  return [
    coredns,
    // Scores below one's own and higher limits are then warnings to the kubelet, not its end.
    `kind: KubeletConfiguration
featureGates:
  KubeletInUserNamespace: true
`,
    `kind: KubeProxyConfiguration
oomScoreAdj: 0
`,
  ];
}
