import {
  Informer,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  WorkQueue,
} from '../kube/index.ts';

const RETRY_MAX_MS = 1000;

export interface NodeCidrCopierOptions {
  readonly client: KubeClient;
  /** All NodeNetworks; started by the caller. */
  readonly networks: Informer<NodeNetwork>;
  readonly node: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Where Kubernetes' own controllers give nodes their CIDRs: copies those of the node's Node into its NodeNetwork, as
 * Cilium does in its IPAM mode `kubernetes`. Everything else is then as if the operator had written them there.
 */
export class NodeCidrCopier implements AsyncDisposable {
  readonly #options: NodeCidrCopierOptions;
  readonly #nodes: Informer<Node>;
  readonly #queue: WorkQueue;

  private constructor(options: NodeCidrCopierOptions) {
    const { client, networks, node, onError } = options;
    this.#options = options;
    this.#nodes = new Informer<Node>(client, NODES, { fieldSelector: `metadata.name=${node}` });
    this.#queue = new WorkQueue(() => this.#copy(), { retryMax: RETRY_MAX_MS, onError });
    this.#nodes.onChange(() => this.#queue.add(node));
    networks.onChange(({ metadata }) => {
      if (metadata.name === node) this.#queue.add(node);
    });
  }

  /** Copies from now on; an API that does not answer yet is waited for. */
  static start(options: NodeCidrCopierOptions): NodeCidrCopier {
    const copier = new NodeCidrCopier(options);
    // Rejects only when it is disposed of before the API has answered.
    copier.#nodes.start().catch(() => {});
    return copier;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#nodes[Symbol.asyncDispose](), this.#queue[Symbol.asyncDispose]()]);
  }

  async #copy(): Promise<void> {
    const { client, networks, node: name } = this.#options;
    const node = this.#nodes.get(name);
    const network = networks.get(name);
    const podCIDRs = node?.spec?.podCIDRs ?? [];
    // An older node of this name has left it behind: it will be deleted, and made anew.
    const isOwn = network?.metadata.ownerReferences?.some(({ uid }) => uid === node?.metadata.uid);
    if (!isOwn || podCIDRs.length === 0 || podCIDRs.join() === network?.spec.podCIDRs?.join()) return;
    await client.patch(NODE_NETWORKS, name, undefined, { type: 'merge', body: { spec: { podCIDRs } } });
  }
}
