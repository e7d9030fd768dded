import { Cidr } from '../../ip/index.ts';
import type { NodeRequest } from '../../ipam/index.ts';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';

/** The CIDRs that stand in a node's object. */
export function podCidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? [];
}

/** The same as values, host bits cleared. @throws AddressError for what is no CIDR */
export function parsedPodCidrs(node: Node): Cidr[] {
  return podCidrsOf(node).map((text) => Cidr.parse(text).cidr);
}

/** What an allocator is told of a node. */
export function requestOf({ metadata }: Node): NodeRequest {
  return { name: metadata.name!, labels: metadata.labels ?? {} };
}

/**
 * Writes CIDRs into a node's object as Kubernetes does (k8s.io/component-helpers/node/util, PatchNodeCIDRs). It names
 * the object's uid, so that a younger node of the same name gets nothing by mistake.
 * @throws KubeError; Conflict for a younger node
 */
export async function patchPodCidrs(client: KubeClient, node: Node, cidrs: readonly Cidr[]): Promise<void> {
  const podCIDRs = cidrs.map(String);
  const body = { metadata: { uid: node.metadata.uid }, spec: { podCIDR: podCIDRs[0], podCIDRs } };
  await client.patch<Node>(NODES, node.metadata.name!, undefined, { type: 'strategic', body });
}
