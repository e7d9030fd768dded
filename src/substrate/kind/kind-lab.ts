import { installedNetwork, networkOf } from '../../networks/index.ts';
import { AddressWatch } from '../address-watch.ts';
import { ClusterLab } from '../cluster/index.ts';
import type { CallFollower, Fence } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { LabDirectory } from '../netns/index.ts';
import type { NodeProcess } from '../node-inventory.ts';
import { containersInOrder } from './create-cluster.ts';
import { kind } from './engine.ts';
import { fencedPackets } from './fence.ts';
import { type KindRecord, readRecord, SHARED_ON_NODE } from './kind-record.ts';
import { namesOf } from './names.ts';

/** A kind lab that is up. Closing leaves it running. */
export class KindLab extends ClusterLab {
  readonly record: KindRecord;
  /** The nodes as processes of this machine. */
  readonly here: readonly NodeProcess[];
  override readonly fence: Fence;
  #watch: AddressWatch | undefined;

  private constructor(directory: LabDirectory, record: KindRecord, here: readonly NodeProcess[]) {
    super({
      ...{ name: record.name, substrate: 'kind', createdAt: record.createdAt, spec: record.spec },
      ...{ kubeconfig: directory.kubeconfig, apiServer: record.apiServer, nodes: record.nodes },
      ...(record.release !== undefined && { release: record.release }),
      network: installedNetwork(record.spec, record.found) ?? networkOf(record.spec),
      here,
      podImage: record.podImage,
      dialling: { by: 'folder', path: directory.file('shared'), onNode: SHARED_ON_NODE },
    });
    this.record = record;
    this.here = here;
    this.fence = { dropped: async () => fencedPackets(namesOf(directory).fence) ?? 0 };
  }

  /** Where no agent of ours tells of calls, the files of host-local tell who has which address. */
  override async followCalls(follower: CallFollower): Promise<void> {
    await super.followCalls(follower);
    if (this.network.ipam !== 'host-local') return;
    const nodes = this.here.map(({ name, pid }) => ({ name, root: `/proc/${pid}/root` }));
    this.#watch = AddressWatch.open(nodes, (change) => follower.onAddress?.(change));
  }

  /**
   * Has an image of the engine on every node; one that is there already is left.
   * @param program path of kind
   * @throws LabError step-failed
   */
  async load(program: string, image: string): Promise<void> {
    const { engine, cluster } = this.record;
    await kind(program, engine, ['load', 'docker-image', image, '--name', cluster]);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }

  /**
   * @param home where labs have their directories; beside the sources by default
   * @throws LabError not-up
   */
  static async open(name: string, home?: string): Promise<KindLab> {
    const directory = new LabDirectory(name, home);
    const record = readRecord(directory);
    if (!record) throw new LabError('not-up', `Lab ${name} is not up (npm run lab:up -- --substrate kind)`);
    try {
      const here = await containersInOrder(record.engine, record.cluster, record.nodes.length);
      return new KindLab(directory, record, here);
    } catch (cause) {
      const down = `npm run lab:down -- --name ${name}`;
      const message = `Lab ${name} did not survive: take away what is left (${down})`;
      throw new LabError('not-up', message, { cause });
    }
  }
}
