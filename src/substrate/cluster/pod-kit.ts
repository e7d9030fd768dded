import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  isReason,
  type KubeClient,
  type PodSpec,
  SERVICE_ACCOUNTS,
} from '../../kube/index.ts';
import type { PodKit } from '../pod-kit.ts';
import { type Dialling, dialerContainer, dialerVolumes } from './dialling.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 10_000;

/** What containers know of their pod, for arguments. */
const OWN_NAME = [
  { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];

/** Pods of real containers, of an image that is on the nodes. They need no rights and no token. */
export class ClusterPods implements PodKit {
  readonly #client: KubeClient;
  readonly #image: string;
  readonly #dialling: Dialling;

  /**
   * @param image its program waits until it is told to end; with podnet-responder and podnet-dialer
   * @param dialling how dialers are spoken to
   */
  constructor(client: KubeClient, image: string, dialling: Dialling) {
    this.#client = client;
    this.#image = image;
    this.#dialling = dialling;
  }

  idle(): PodSpec {
    return podOf({ name: 'main', image: this.#image });
  }

  answering(port: number): PodSpec {
    return podOf({
      name: 'main',
      image: this.#image,
      command: ['podnet-responder', '--name', '$(NAMESPACE)/$(POD)', '--port', String(port)],
      env: OWN_NAME,
      ports: [{ containerPort: port }, { containerPort: port, protocol: 'UDP' }],
      readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    });
  }

  dialling(): PodSpec {
    const { env = [], ...container } = dialerContainer(this.#dialling);
    return {
      ...podOf({ name: 'main', image: this.#image, ...container, env: [...OWN_NAME, ...env] }),
      ...dialerVolumes(this.#dialling),
    };
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
