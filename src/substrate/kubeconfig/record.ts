import type { KubeconfigContext } from '../../kube/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { LabDirectory } from '../netns/index.ts';

/** What pods are made of, by what `npm run lab:images` calls it. */
export const IMAGE_NAMES = ['responder', 'churnlab', 'k6'] as const;
export type ClusterImages = Readonly<Partial<Record<(typeof IMAGE_NAMES)[number], string>>>;

/** What `cluster.json` holds: all that a later command needs to find its way round a cluster that was attached. */
export interface ClusterRecord {
  readonly version: 1;
  readonly name: string;
  readonly createdAt: string;
  /** Where to find the cluster: no credentials are copied. */
  readonly cluster: KubeconfigContext;
  /** The lab's own namespace, which everything else of it belongs to. */
  readonly root: string;
  /** Goes with the run that it was made for. */
  readonly temporary: boolean;
  readonly images: ClusterImages;
  /** Whether pods of others were there, and are meant to be. */
  readonly shared: boolean;
  /** Known once the cluster was looked at. */
  readonly found?: FoundCluster;
}

export interface FoundCluster {
  readonly spec: LabSpec;
  readonly nodes: readonly string[];
  readonly apiServer: string;
  /** Of pods that do nothing, where no image of ours is named. */
  readonly pause: string;
  /** Namespace of our chart, where the network is ours. */
  readonly release?: string;
  /** In words, for results. */
  readonly facts: Readonly<Record<string, string>>;
}

const FILE = 'cluster.json';

/** The cluster that is attached here, if any. */
export function readRecord(lab: LabDirectory): ClusterRecord | undefined {
  return lab.readJson<ClusterRecord>(FILE);
}

export function writeRecord(lab: LabDirectory, record: ClusterRecord): void {
  lab.writeJson(FILE, record);
}

/** Whether a cluster is attached here, or what is left of it. */
export function isKubeconfig(lab: LabDirectory): boolean {
  return readRecord(lab) !== undefined;
}
