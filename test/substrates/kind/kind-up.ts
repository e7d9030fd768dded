import { dockerOf, feedDocker } from '../../../lab/docker/index.ts';
import { type ImageSpec, imageArchive } from '../../../lab/images/archive/image-archive.ts';
import type { KindLab, KindUpOptions, LabDirectory } from '../../../src/substrate/index.ts';
import { command } from '../../../src/substrate/kind/engine.ts';
import { containerNamesOf, type LabNames, namesOf } from '../../../src/substrate/kind/names.ts';

/** Images as the kubelet sees them. */
export const CTR_IMAGES = ['ctr', '--namespace', 'k8s.io', 'images'] as const;

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

  /** On the lab's cluster. */
  helm(...args: readonly string[]) {
    return command(this.options.programs.helm!, [...args, '--kubeconfig', this.directory.kubeconfig]);
  }

  /** Gives an image to containerd of one node. */
  importImage(container: string, reference: string, image: ImageSpec) {
    return feedDocker(
      { ...this.options.engine, private: true },
      ['exec', '--interactive', container, ...CTR_IMAGES, 'import', '-'],
      imageArchive(reference, image),
    );
  }

  /** Containers of the nodes, the control plane first. */
  get containers(): string[] {
    return containerNamesOf(this.names.cluster, this.lab.nodes.length);
  }
}
