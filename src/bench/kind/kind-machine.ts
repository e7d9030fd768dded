import type { LabSpec } from '../../scenario/index.ts';
import type { KindUpOptions } from '../../substrate/index.ts';

/** What the machine does for kind labs. */
export interface KindMachine {
  /** Makes everything that a lab needs ready, a Docker daemon and images among it, and says where it is. */
  prepare(spec: LabSpec, progress: (step: string) => void): Promise<KindUpOptions>;
  /** Ends the Docker daemon that was started for labs, when nothing runs in it any more. */
  release(): Promise<void>;
}
