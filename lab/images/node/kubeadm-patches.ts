import { existsSync } from 'node:fs';

export interface NodeFacts {
  /** CoreDNS in the image, where it is not the one of kubeadm. */
  readonly coredns: string | undefined;
  /** Minor version of Kubernetes, such as 1.34. */
  readonly kubernetes: string;
  /** Whether the machine lacks CAP_SYS_RESOURCE. */
  readonly limited: boolean;
  readonly cgroupVersion: 1 | 2;
}

/** What kind's configuration has to say for such nodes (`kubeadmConfigPatches`), as YAML. */
export function kubeadmPatches({ coredns, kubernetes, limited, cgroupVersion }: NodeFacts): string[] {
  const refusesV1 = Number(kubernetes.split('.')[1]) >= 35 && cgroupVersion === 1;
  return [
    coredns && `kind: ClusterConfiguration\ndns:\n  imageTag: v${coredns}\n`,
    refusesV1 && 'kind: KubeletConfiguration\nfailCgroupV1: false\n',
    // Scores below one's own and higher limits are then warnings to the kubelet, not its end.
    limited && 'kind: KubeletConfiguration\nfeatureGates:\n  KubeletInUserNamespace: true\n',
    limited && 'kind: KubeProxyConfiguration\noomScoreAdj: 0\n',
  ].filter((patch) => typeof patch === 'string');
}

/** Of the hierarchy that containers get, as kind's entrypoint tells it. */
export function cgroupVersion(): 1 | 2 {
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? 2 : 1;
}
