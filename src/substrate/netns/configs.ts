/** Configuration files of the lab's processes, from what is known of the lab. */
import path from 'node:path';
import type { AgentConfig } from '../../agent/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { RuntimeConfig } from '../../runtime/index.ts';
import { FABRIC_CIDRS, type LabSpec, zoneLabels } from '../../scenario/index.ts';
import { cgroupPath } from './cgroup.ts';
import type { ControlPlaneConfig } from './control-plane/config.ts';
import { gatewayIps } from './fabric.ts';
import type { LabDirectory, NodeRecord } from './lab-directory.ts';

/** Compiled programs and objects that the processes need. */
export interface Binaries {
  readonly nsd: string;
  readonly bpfObject: string;
  /** Services through eBPF. */
  readonly servicesObject: string;
}

export function controlPlaneConfig(
  lab: LabDirectory,
  { serviceCidrs, nodePorts }: LabSpec,
  fabricPid: number,
): ControlPlaneConfig {
  return {
    socket: lab.apiSocket,
    tokenFile: lab.tokenFile,
    kubeconfig: lab.kubeconfig,
    context: `churnlab-${lab.name}`,
    nodeKubeconfig: lab.file('node-kubeconfig'),
    fabric: { netns: `/proc/${fabricPid}/ns/net`, addresses: gatewayIps(), port: 6443 },
    serviceCidrs,
    nodePorts,
    readyFile: lab.file('api.json'),
  };
}

/** Where each mode of IPAM writes the CIDRs of nodes: those that Kubernetes has had use the Node. */
const POD_CIDRS_IN: Readonly<Record<LabSpec['ipam']['mode'], AgentConfig['podCidrsIn']>> = {
  'cluster-pool': 'node-network',
  'multi-pool': 'pools',
  range: 'node',
  'multi-range': 'node',
  cloud: 'node',
  kcm: 'node',
};

export function agentConfig(
  lab: LabDirectory,
  spec: LabSpec,
  nodes: readonly NodeRecord[],
  process: string,
  binaries: Binaries,
): AgentConfig {
  return {
    api: { socketPath: lab.apiSocket, tokenFile: lab.tokenFile },
    control: lab.socket(process),
    ...pluginsOf(spec),
    routing: spec.routing,
    // kube-proxy translates in the stack, which must know all connections for that.
    shortCuts: spec.services === 'none' || spec.services === 'ebpf' ? 'untranslated' : 'never',
    podCidrsIn: POD_CIDRS_IN[spec.ipam.mode],
    clusterCidrs: spec.ipam.pools.flatMap((pool) => pool.cidrs),
    fabricCidrs: [...FABRIC_CIDRS],
    cooldownMs: spec.ipam.cooldown / 1e6,
    waitMs: spec.ipam.wait / 1e6,
    ...(spec.testing && { addDelayMs: spec.testing.addDelay / 1e6 }),
    preAllocate: spec.ipam.preAllocate,
    store: spec.ipam.store,
    bpfObject: binaries.bpfObject,
    ...(spec.services === 'ebpf' ? { services: servicesConfig(spec, binaries) } : {}),
    nodes: nodes.map((node) => ({
      name: node.name,
      root: `/proc/${node.pid}/root`,
      netns: `/proc/${node.pid}/ns/net`,
      ips: node.ips,
      uplink: 'eth0',
      cgroup: path.join(cgroupPath(lab.path), node.name),
    })),
  };
}

function pluginsOf(spec: LabSpec): Pick<AgentConfig, 'plugins'> {
  const plugins = networkOf(spec).netns!.node(spec);
  return plugins === 'agent' ? {} : { plugins };
}

function servicesConfig(
  { nodePorts: { first, last } }: LabSpec,
  { servicesObject }: Binaries,
): NonNullable<AgentConfig['services']> {
  return { bpfObject: servicesObject, nodePorts: [first, last] };
}

export function runtimeConfig(
  lab: LabDirectory,
  { zones }: LabSpec,
  nodes: readonly NodeRecord[],
  process: string,
  cniPath: readonly string[],
): RuntimeConfig {
  return {
    api: { socketPath: lab.apiSocket, tokenFile: lab.tokenFile },
    control: lab.socket(process),
    cniPath,
    nodes: nodes.map((node) => ({
      name: node.name,
      root: `/proc/${node.pid}/root`,
      daemon: lab.daemon(node.name),
      ips: node.ips,
      labels: zoneLabels(Number(node.name.slice(1)), zones),
    })),
  };
}
