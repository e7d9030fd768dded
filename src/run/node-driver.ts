import {
  deleteIfThere,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import { type LabSpec, type Planned, zoneLabels } from '../scenario/index.ts';
import type { Driver, SubjectObserver } from './driver.ts';
import { writesNodeNetwork } from './node-cidr-watch.ts';
import { RUN_LABEL } from './run-namespace.ts';

export interface NodeDriverOptions {
  readonly client: KubeClient;
  readonly run: string;
  readonly lab: LabSpec;
  readonly observer: SubjectObserver;
}

/**
 * Hollow nodes, as kubemark has them: objects of the API with nobody behind them, which no pod is sent to. When they
 * have their CIDRs, or are gone, is told by the watch of all nodes.
 */
export class NodeDriver implements Driver {
  readonly #options: NodeDriverOptions;
  #made = 0;

  constructor(options: NodeDriverOptions) {
    this.#options = options;
  }

  async create({ name }: Planned): Promise<void> {
    const { client, observer, lab } = this.#options;
    // A CIDR can be there before the answer is.
    observer.asked(name, monotonicNs());
    const { metadata } = await client.create<Node>(NODES, this.#object(name));
    observer.asked(name, monotonicNs());
    if (!writesNodeNetwork(lab.ipam.mode)) return;
    // As an agent announces its node; without addresses, since nobody can be reached there.
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: metadata.uid! };
    await client.create<NodeNetwork>(NODE_NETWORKS, {
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'NodeNetwork',
      metadata: { name, ownerReferences: [owner] },
      spec: { nodeIPs: [] },
    });
  }

  #object(name: string): Node {
    const { run, lab } = this.#options;
    this.#made++;
    const zone = zoneLabels(this.#made, lab.zones);
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, [RUN_LABEL]: run, ...zone } },
      spec: { unschedulable: true },
    };
  }

  async remove(name: string): Promise<void> {
    await deleteIfThere(this.#options.client, NODES, name);
  }
}
