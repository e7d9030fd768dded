import type { FoundNetwork } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { LabDirectory } from '../netns/index.ts';
import type { Engine } from './engine.ts';

/** What `kind.json` holds: all that a later command needs to find its way round a kind lab. */
export interface KindRecord {
  readonly version: 1;
  readonly name: string;
  readonly createdAt: string;
  readonly spec: LabSpec;
  readonly engine: Engine;
  /** The cluster's name to kind. */
  readonly cluster: string;
  readonly apiServer: string;
  /** n1, n2, ..., the control plane first. */
  readonly nodes: readonly string[];
  /** Namespace of our chart, where the network is ours. */
  readonly release?: string;
  /** Of a network that was brought along. */
  readonly found?: FoundNetwork;
  /** Image of a run's pods. */
  readonly podImage: string;
}

/** Where nodes see the lab's folder `shared`. */
export const SHARED_ON_NODE = '/churnlab';
const FILE = 'kind.json';

/** The kind lab that is up here, if any. */
export function readRecord(lab: LabDirectory): KindRecord | undefined {
  return lab.readJson<KindRecord>(FILE);
}

export function writeRecord(lab: LabDirectory, record: KindRecord): void {
  lab.writeJson(FILE, record);
}
