import { ClusterLab } from '../cluster/index.ts';
import type { Fence } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { LabDirectory } from '../netns/index.ts';
import { nodeContainers } from './engine.ts';
import { fencedPackets } from './fence.ts';
import { type KindRecord, readRecord, SHARED_ON_NODE } from './kind-record.ts';
import { namesOf } from './names.ts';

/** A kind lab that is up. Closing leaves it running. */
export class KindLab extends ClusterLab {
  readonly record: KindRecord;
  override readonly fence: Fence;

  private constructor(
    directory: LabDirectory,
    record: KindRecord,
    here: KindRecord['nodes'],
    pids: number[],
  ) {
    super({
      ...{ name: record.name, substrate: 'kind', createdAt: record.createdAt, spec: record.spec },
      ...{ kubeconfig: directory.kubeconfig, apiServer: record.apiServer, nodes: record.nodes },
      ...(record.release !== undefined && { release: record.release }),
      here: here.map((name, i) => ({ name, pid: pids[i]! })),
      podImage: record.podImage,
      shared: { path: directory.file('shared'), onNode: SHARED_ON_NODE },
    });
    this.record = record;
    this.fence = { dropped: async () => fencedPackets(namesOf(directory).fence) ?? 0 };
  }

  /**
   * @param home where labs have their directories; beside the sources by default
   * @throws LabError not-up
   */
  static async open(name: string, home?: string): Promise<KindLab> {
    const directory = new LabDirectory(name, home);
    const record = readRecord(directory);
    if (!record) throw new LabError('not-up', `Lab ${name} is not up (npm run lab:up -- --substrate kind)`);
    const running = await nodeContainers(record.engine, record.cluster).catch(() => []);
    const pids = record.nodes.map((node) => running.find((each) => each.name === node)?.pid);
    if (!pids.every((pid) => pid !== undefined)) {
      const down = `npm run lab:down -- --name ${name}`;
      throw new LabError('not-up', `Lab ${name} did not survive: take away what is left (${down})`);
    }
    return new KindLab(directory, record, record.nodes, pids);
  }
}
