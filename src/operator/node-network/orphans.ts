import {
  getIfThere,
  type Informer,
  isReason,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../../kube/index.ts';

/** The node an object belongs to, by its owner reference. */
function ownerUid(object: NodeNetwork): string | undefined {
  return object.metadata.ownerReferences?.find(({ kind }) => kind === 'Node')?.uid;
}

/** Names of objects whose node is gone, or has given its name to another, as far as the caches know. */
export function orphans(networks: Informer<NodeNetwork>, nodes: Informer<Node>): string[] {
  return [...networks.list()].flatMap((object) => {
    const owner = ownerUid(object);
    const name = object.metadata.name!;
    return owner !== undefined && nodes.get(name)?.metadata.uid !== owner ? [name] : [];
  });
}

/**
 * Deletes the object of a node that is gone. The API's garbage collector would do so too, later or never; the
 * CIDRs are released when the deletion is seen. Asks the API itself, since a cache may be behind.
 * @throws KubeError when the API gives no answer.
 */
export async function deleteOrphan(client: KubeClient, object: NodeNetwork): Promise<void> {
  const name = object.metadata.name!;
  const owner = ownerUid(object);
  const node = await getIfThere<Node>(client, NODES, name);
  if (node && (owner === undefined || node.metadata.uid === owner)) return;
  try {
    const { uid } = object.metadata;
    await client.delete(NODE_NETWORKS, name, undefined, uid === undefined ? {} : { uid });
  } catch (error) {
    // Gone already, or a younger object of this name.
    if (!isReason(error, 'NotFound', 'Conflict')) throw error;
  }
}
