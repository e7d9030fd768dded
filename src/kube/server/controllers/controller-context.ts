import type { KubeClient } from '../../index.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { SharedInformers } from './shared-informers.ts';

/** What every controller is given. */
export interface ControllerContext {
  readonly client: KubeClient;
  readonly informers: SharedInformers;
  readonly events: EventRecorder;
  /** Told of failures that will be tried again. */
  readonly onError: (controller: string, key: string, error: unknown) => void;
}
