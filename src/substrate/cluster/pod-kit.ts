import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  isReason,
  type KubeClient,
  type PodSpec,
  SERVICE_ACCOUNTS,
} from '../../kube/index.ts';
import type { PodKit } from '../pod-kit.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 10_000;

/** Pods of real containers, of images that are on the nodes. They need no rights, no token and no environment. */
export class ClusterPods implements PodKit {
  readonly #client: KubeClient;
  readonly #image: string;

  /** @param image its program waits until it is told to end */
  constructor(client: KubeClient, image: string) {
    this.#client = client;
    this.#image = image;
  }

  idle(): PodSpec {
    return podOf({ name: 'main', image: this.#image });
  }

  answering(port: number): PodSpec {
    const ports = [{ containerPort: port }, { containerPort: port, protocol: 'UDP' as const }];
    return podOf({ name: 'main', image: this.#image, ports });
  }

  dialling(): PodSpec {
    return this.idle();
  }

  async namespaceReady(namespace: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.#client.get(SERVICE_ACCOUNTS, 'default', namespace);
        return;
      } catch (error) {
        // A controller makes it; until then the API refuses pods.
        if (!isReason(error, 'NotFound') || Date.now() > deadline) throw error;
        await sleep(LOOK_MS);
      }
    }
  }
}

function podOf(container: Container): PodSpec {
  return {
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: [{ imagePullPolicy: 'IfNotPresent', ...container }],
  };
}
