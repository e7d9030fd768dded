import path from 'node:path';
import { isReason, NAMESPACES, type Namespace, PortForwarder } from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import type { TrafficHost } from '../../traffic/index.ts';
import { ClusterLab } from '../cluster/index.ts';
import type { Belonging, InPods, IpamView, LabStatus } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { LabDirectory } from '../netns/index.ts';
import { holdLab } from './hold.ts';
import { type ClusterRecord, type FoundCluster, readRecord } from './record.ts';
import { belonging, labNamespaces } from './root.ts';
import { sweep } from './sweep.ts';

/** A cluster that was there before, as a lab. Closing leaves it attached. */
export class KubeconfigLab extends ClusterLab {
  readonly record: ClusterRecord;
  readonly inPods: InPods | undefined;
  readonly #found: FoundCluster;
  #belonging: Belonging = {};

  private constructor(directory: LabDirectory, record: ClusterRecord, found: FoundCluster) {
    const { name, createdAt, cluster, images } = record;
    const { spec, nodes, apiServer, release, pause } = found;
    const forwarder = new PortForwarder(cluster);
    const sockets = directory.file('sockets');
    super({
      ...{ name, substrate: 'kubeconfig', createdAt, spec, nodes, apiServer, here: [] },
      ...{ kubeconfig: cluster.files, context: cluster.context },
      ...(release !== undefined && { release }),
      podImage: images.responder ?? pause,
      dialling: { by: 'port', forwarder, directory: sockets },
    });
    this.record = record;
    this.#found = found;
    this.inPods = images.churnlab === undefined ? undefined : inPods(images.churnlab, forwarder, sockets);
  }

  /**
   * @param home where labs have their directories; beside the sources by default
   * @throws LabError not-up
   */
  static async open(name: string, home?: string): Promise<KubeconfigLab> {
    const directory = new LabDirectory(name, home);
    const record = readRecord(directory);
    const down = `take away what is left (npm run lab:down -- --name ${name})`;
    if (!record?.found) {
      const attach = 'npm run lab:up -- --substrate kubeconfig';
      throw new LabError('not-up', `Lab ${name} is not up${record ? `: ${down}` : ` (${attach})`}`);
    }
    const lab = new KubeconfigLab(directory, record, record.found);
    try {
      lab.#belonging = belonging(await lab.client.get<Namespace>(NAMESPACES, record.root));
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      if (!isReason(error, 'NotFound')) throw error;
      throw new LabError('not-up', `Namespace ${record.root} of lab ${name} is gone: ${down}`);
    }
  }

  get belonging(): Belonging {
    return this.#belonging;
  }

  override hosting(): Readonly<Record<string, string>> {
    return this.#found.facts;
  }

  /** @throws LabError bad-spec without an image whose pods answer and dial */
  override trafficHost(): TrafficHost {
    if (this.record.images.responder !== undefined) return super.trafficHost();
    const message = `Lab ${this.name} was brought up without --image responder=REFERENCE: no pod answers or dials`;
    throw new LabError('bad-spec', message);
  }

  async occupy(): Promise<AsyncDisposable> {
    await sweep(this.client);
    return await holdLab(this.client, this.record.root);
  }

  /** Of a network of others no pool is known, nor who has which piece of it. */
  override async ipam(): Promise<IpamView> {
    if (this.#found.release !== undefined) return await super.ipam();
    return { mode: this.spec.ipam.mode, pools: [], nodes: [], waiting: [] };
  }

  override async status(): Promise<LabStatus> {
    const { ipam } = this.#found.facts;
    return { ...(await super.status()), ...(ipam !== undefined && { ipam }) };
  }

  /** Others may come and go meanwhile: what is not in a namespace of ours says nothing about a run. */
  override async inventory(): Promise<Inventory> {
    const all = await super.inventory();
    const namespaces = await labNamespaces(this.client);
    const ours = new Set(namespaces.map(({ metadata }) => metadata.name!));
    const only = (lines: readonly string[] = []): string[] =>
      lines.filter((line) => ours.has(line.split('/')[0]!));
    const { services, 'endpoint-slices': slices, ...rest } = all;
    const { addresses: _, 'map-entries': __, 'node-cidrs': ___, nodes: ____, ...ownAlone } = rest;
    const kept = this.record.shared ? ownAlone : rest;
    return { ...kept, services: only(services), 'endpoint-slices': only(slices) };
  }
}

function inPods(image: string, forwarder: PortForwarder, folder: string): InPods {
  return {
    image,
    reach: async (pod) => {
      const socket = path.join(folder, `${pod.name}.sock`);
      const relay = await forwarder.listen(pod, socket);
      return { socket, trouble: relay.trouble, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
    },
  };
}
