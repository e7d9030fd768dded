import type { LabSpec } from '../../scenario/index.ts';
import type { Progress } from '../lab.ts';
import type { LabDirectory } from '../netns/index.ts';
import type { Engine } from './engine.ts';
import type { LabNames } from './names.ts';

export interface KindUpOptions {
  readonly engine: Engine;
  /** Images that the engine has. */
  readonly images: {
    readonly node: string;
    /** Pods that do nothing, and those that answer and dial. */
    readonly responder: string;
    /** Programs of the network, where it has some; of network churnlab agent, operator and installer. */
    readonly network?: string;
  };
  /** Archives of images that a network which was brought along needs. */
  readonly archives: readonly string[];
  /** Plugins that the network calls, by name. */
  readonly plugins: Readonly<Record<string, string>>;
  readonly programs: { readonly kind: string; readonly helm?: string };
  /** Folder of our chart. */
  readonly chart: string;
  /** What the node image needs of kind's configuration. */
  readonly patches: readonly string[];
  /** Leave a cluster that did not come up for a look. */
  readonly retain: boolean;
  readonly progress: Progress;
}

/** All that a step needs to know. */
export interface Building {
  readonly lab: LabDirectory;
  readonly spec: LabSpec;
  readonly names: LabNames;
  readonly options: KindUpOptions;
}
