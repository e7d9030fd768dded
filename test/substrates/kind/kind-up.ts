import { dockerOf } from '../../../lab/docker/index.ts';
import type { KindLab, KindUpOptions, LabDirectory } from '../../../src/substrate/index.ts';
import { containerNamesOf, type LabNames, namesOf } from '../../../src/substrate/kind/names.ts';

/** A kind lab that is up, with all that a test needs to look behind its API. */
export class KindUp {
  readonly lab: KindLab;
  readonly directory: LabDirectory;
  readonly options: KindUpOptions;
  readonly names: LabNames;

  constructor(lab: KindLab, directory: LabDirectory, options: KindUpOptions) {
    this.lab = lab;
    this.directory = directory;
    this.options = options;
    this.names = namesOf(directory);
  }

  docker(...args: readonly string[]) {
    return dockerOf({ ...this.options.engine, private: true })(...args);
  }

  /** Containers of the nodes, the control plane first. */
  get containers(): string[] {
    return containerNamesOf(this.names.cluster, this.lab.nodes.length);
  }
}
