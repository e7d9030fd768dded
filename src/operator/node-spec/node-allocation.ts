import type { Cidr } from '../../ip/index.ts';
import { IpamError, type NodeAllocator, type NodeCidrFill } from '../../ipam/index.ts';
import { KubeError, type Node } from '../../kube/index.ts';
import type { AssignmentHost } from './node-assignment.ts';
import { parsedPodCidrs, podCidrsOf, requestOf } from './pod-cidrs.ts';

/** The steps between a node's object and an allocator that all queues have in common. */
export class NodeAllocation {
  readonly #allocator: NodeAllocator;
  readonly #host: AssignmentHost;

  constructor(allocator: NodeAllocator, host: AssignmentHost) {
    this.#allocator = allocator;
    this.#host = host;
  }

  /** Takes over what all nodes have. What cannot be is told, and left as it is. */
  start(nodes: readonly Node[]): void {
    for (const node of nodes) {
      try {
        this.occupy(node);
      } catch (error) {
        this.#host.failed(error, node.metadata.name!);
      }
    }
  }

  /** Takes over what stands in the node's object; true when that is anything. @throws IpamError, AddressError */
  occupy(node: Node): boolean {
    if (podCidrsOf(node).length === 0) return false;
    this.#allocator.occupy(requestOf(node), parsedPodCidrs(node));
    return true;
  }

  /** CIDRs for a node that has none. @throws IpamError; the refusal is told */
  allocate(node: Node): readonly Cidr[] {
    try {
      return this.#allocator.allocate(requestOf(node));
    } catch (error) {
      if (error instanceof IpamError) this.#host.refused(node, 'CIDRNotAvailable');
      throw error;
    }
  }

  /**
   * Writes what was allocated. What was refused is free again. What may have been written is kept for the node's next
   * try: upstream frees that, too, and can give it to a second node.
   * @throws KubeError; the failure is told
   */
  async write(node: Node, cidrs: readonly Cidr[]): Promise<void> {
    const name = node.metadata.name!;
    try {
      await this.#host.write(node, cidrs);
    } catch (error) {
      // The node's deletion has freed them already.
      if (this.#host.node(name)?.metadata.uid === node.metadata.uid) {
        this.#host.refused(node, 'CIDRAssignmentFailed');
        if (!mayBeWritten(error)) this.#allocator.release(name);
      }
      throw error;
    }
  }

  forget(node: Node): void {
    this.#allocator.release(node.metadata.name!);
  }

  fill(): readonly NodeCidrFill[] {
    return this.#allocator.fill();
  }
}

/** The server gave no answer, or none that says. */
function mayBeWritten(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 0 || error.status >= 500);
}
