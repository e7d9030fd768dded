import os from 'node:os';
import { apiVersionOf, isReason, type KubeClient, LEASES, NODES, type Node } from '../kube/index.ts';
import { condition, timestamp } from './condition.ts';
import type { RuntimeNode } from './config.ts';

/** Pods that a node takes: far above a kubelet's 110, since a pod here is little more than its namespace. */
export const MAX_PODS = 5000;
const LEASE_NAMESPACE = 'kube-node-lease';
const LEASE_SECONDS = 40;

/** What a kubelet says while no network is configured (pkg/kubelet/runtime.go). */
const NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Registers the node, or takes over the object of an earlier start. Returns it with its uid. */
export async function registerNode(client: KubeClient, node: RuntimeNode): Promise<Node> {
  const object: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
        ...node.labels,
      },
      // As kubelets do; others rely on a node that has annotations.
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {},
    status: nodeStatus(node, false),
  };
  try {
    return await client.create(NODES, object);
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    return client.get<Node>(NODES, node.name);
  }
}

/** Reports whether pods can get a network here. */
export async function reportNode(
  client: KubeClient,
  node: RuntimeNode,
  ready: boolean,
  message?: string,
): Promise<void> {
  const status = nodeStatus(node, ready, message);
  await client.patch(NODES, node.name, undefined, { type: 'merge', subresource: 'status', body: { status } });
}

function nodeStatus(node: RuntimeNode, ready: boolean, message = NOT_READY): NonNullable<Node['status']> {
  const now = timestamp();
  const amounts = {
    cpu: String(os.availableParallelism()),
    memory: `${Math.floor(os.totalmem() / 1024)}Ki`,
    pods: String(MAX_PODS),
  };
  return {
    addresses: [
      ...node.ips.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: node.name },
    ],
    capacity: amounts,
    allocatable: amounts,
    conditions: [
      {
        ...(ready
          ? condition('Ready', 'True', now, 'KubeletReady', 'the pod runtime is posting ready status')
          : condition('Ready', 'False', now, 'KubeletNotReady', message)),
        lastHeartbeatTime: now,
      },
    ],
    nodeInfo: {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      operatingSystem: 'linux',
      kernelVersion: os.release(),
      osImage: 'churnlab netns node',
      containerRuntimeVersion: 'churnlab://0.1.0',
      kubeletVersion: 'v1.34.4-churnlab',
      kubeProxyVersion: '',
      machineID: '',
      systemUUID: '',
      bootID: '',
    },
  };
}

/** Renews the node's lease, by which the control plane sees that it lives. */
export async function renewLease(client: KubeClient, node: RuntimeNode): Promise<void> {
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: node.name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  try {
    await client.patch(LEASES, node.name, LEASE_NAMESPACE, { type: 'merge', body: { spec } });
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
    await client.create(LEASES, {
      apiVersion: apiVersionOf(LEASES),
      kind: LEASES.kind,
      metadata: { name: node.name, namespace: LEASE_NAMESPACE },
      spec,
    });
  }
}
