import { stringify } from 'yaml';
import type { LabSpec } from '../../scenario/index.ts';
import { CONTAINERD_PORT } from '../cluster/index.ts';
import { proxyModeOf } from './spec-check.ts';

/** Where registries can be named later, a folder each, which containerd looks into at every pull (containerd docs/hosts.md). */
const REGISTRIES = `[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
`;

export interface ConfigOptions {
  readonly cluster: string;
  readonly spec: LabSpec;
  /** What the node image needs (`kubeadmConfigPatches`). */
  readonly patches: readonly string[];
  /** A folder of the machine that nodes see, and where. */
  readonly shared: { readonly host: string; readonly node: string };
}

/** kind's configuration of a lab's cluster, as YAML (https://kind.sigs.k8s.io/docs/user/configuration/). */
export function clusterConfig({ cluster, spec, patches, shared }: ConfigOptions): string {
  const { ipFamily, nodes, nodePorts } = spec;
  const extraMounts = [{ hostPath: shared.host, containerPath: shared.node }];
  const mode = proxyModeOf(spec);
  const config = {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name: cluster,
    networking: {
      ipFamily,
      disableDefaultCNI: true,
      kubeProxyMode: mode,
      podSubnet: firstOfEach(spec.ipam.pools.flatMap((pool) => pool.cidrs)),
      serviceSubnet: firstOfEach(spec.serviceCidrs.filter((cidr) => isOf(ipFamily, cidr))),
      apiServerAddress: '127.0.0.1',
    },
    nodes: Array.from({ length: nodes }, (_, i) => ({
      role: i === 0 ? 'control-plane' : 'worker',
      extraMounts,
      kubeadmConfigPatches: [nodeName(i)],
    })),
    kubeadmConfigPatches: [
      ...patches,
      stringify({
        kind: 'ClusterConfiguration',
        apiServer: { extraArgs: { 'service-node-port-range': `${nodePorts.first}-${nodePorts.last}` } },
        controllerManager: { extraArgs: nodeCidrArgs(spec) },
      }),
      // Read through the API server's proxy, which is no process of the node.
      ...(mode === 'none'
        ? []
        : [stringify({ kind: 'KubeProxyConfiguration', metricsBindAddress: anyAddress(ipFamily, 10249) })]),
    ],
    containerdConfigPatches: [
      `[metrics]\n  address = "${anyAddress(ipFamily, CONTAINERD_PORT)}"\n`,
      REGISTRIES,
    ],
  };
  return stringify(config, { aliasDuplicateObjects: false });
}

/** Nodes are called as in a netns lab, whatever their containers are called: results of two labs can be compared. */
function nodeName(index: number): string {
  const kind = index === 0 ? 'InitConfiguration' : 'JoinConfiguration';
  return stringify({ kind, nodeRegistration: { name: `n${index + 1}` } });
}

/** In mode kcm kube-controller-manager cuts the pools; in all others it must keep its hands off Nodes. */
function nodeCidrArgs({ ipam }: LabSpec): Record<string, string> {
  if (ipam.mode !== 'kcm') return { 'allocate-node-cidrs': 'false' };
  const masks = ipam.pools.map(({ cidrs, nodeMask }) => {
    const family = cidrs[0]!.includes(':') ? 'ipv6' : 'ipv4';
    // kubeadm holds the pool against these alone, and against /24 without them (ValidatePodSubnetNodeMask).
    return [`node-cidr-mask-size-${family}`, `${nodeMask}`];
  });
  return Object.fromEntries(masks);
}

/** kind takes one CIDR of each family, IPv4 first. */
function firstOfEach(cidrs: readonly string[]): string {
  const [six, four] = [true, false].map((isSix) => cidrs.find((cidr) => cidr.includes(':') === isSix));
  return [four, six].filter((cidr) => cidr !== undefined).join(',');
}

function isOf(family: LabSpec['ipFamily'], cidr: string): boolean {
  return family === 'dual' || cidr.includes(':') === (family === 'ipv6');
}

function anyAddress(family: LabSpec['ipFamily'], port: number): string {
  return family === 'ipv6' ? `[::]:${port}` : `0.0.0.0:${port}`;
}
