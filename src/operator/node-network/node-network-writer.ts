import { isReason, type KubeClient, NODE_NETWORKS, type NodeNetwork } from '../../kube/index.ts';

/** Attempts within one run before the work queue's wait applies. */
const ATTEMPTS = 5;

/** What a node's object should say. */
export interface NodeNetworkChange {
  /** The specification with what was decided; undefined when it says so already, or may not be changed. */
  readonly amend: (spec: NodeNetwork['spec']) => NodeNetwork['spec'] | undefined;
  /** Why the node does not have what it should have; empty when it has. */
  readonly error: string;
  readonly reason: NonNullable<NonNullable<NodeNetwork['status']>['operator']>['reason'] & string;
}

export interface NodeNetworkWriterOptions {
  readonly client: KubeClient;
  /** ms since the epoch, for `status.operator.since`. */
  readonly now: () => number;
}

/**
 * Writes decisions into NodeNetwork objects: one request for a node that gets its CIDRs, none when the object
 * says so already. CIDRs that somebody else wrote meanwhile are never overwritten.
 */
export class NodeNetworkWriter {
  readonly #client: KubeClient;
  readonly #now: () => number;

  constructor({ client, now }: NodeNetworkWriterOptions) {
    this.#client = client;
    this.#now = now;
  }

  /**
   * Brings one object in line; gives it as it is afterwards, or undefined when it is gone.
   * @throws KubeError when the API refuses for another reason than a conflict.
   */
  async write(object: NodeNetwork, change: NodeNetworkChange): Promise<NodeNetwork | undefined> {
    try {
      const written = await this.#writeSpec(object, change);
      return written && (await this.#writeStatus(written, change));
    } catch (error) {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async #writeSpec(object: NodeNetwork, { amend }: NodeNetworkChange): Promise<NodeNetwork | undefined> {
    let current = object;
    for (let attempt = 1; ; attempt++) {
      const spec = amend(current.spec ?? {});
      if (spec === undefined) return current;
      try {
        return await this.#client.replace<NodeNetwork>(NODE_NETWORKS, { ...current, spec });
      } catch (error) {
        if (!isReason(error, 'Conflict') || attempt === ATTEMPTS) throw error;
        current = await this.#client.get<NodeNetwork>(NODE_NETWORKS, object.metadata.name!);
        // Another object of this name: its own event will bring it here.
        if (current.metadata.uid !== object.metadata.uid) return undefined;
      }
    }
  }

  /** Merges only the operator's part: the agent writes its own part of the same status. */
  async #writeStatus(object: NodeNetwork, { error, reason }: NodeNetworkChange): Promise<NodeNetwork> {
    const present = object.status?.operator;
    if ((present?.error ?? '') === error && (present?.reason ?? '') === reason) return object;
    const operator = { error, reason, since: new Date(this.#now()).toISOString() };
    const patch = { type: 'merge', body: { status: { operator } }, subresource: 'status' } as const;
    return this.#client.patch<NodeNetwork>(NODE_NETWORKS, object.metadata.name!, undefined, patch);
  }
}
