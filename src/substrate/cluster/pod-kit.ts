import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  isReason,
  type KubeClient,
  type PodSpec,
  SERVICE_ACCOUNTS,
} from '../../kube/index.ts';
import { GO_DEBUG } from '../../traffic/index.ts';
import type { PodKit } from '../pod-kit.ts';
import { dialerSocket, type SharedFolder } from './traffic-host.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 10_000;

/** What containers know of their pod, for arguments. */
const OWN_NAME = [
  { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];
const VOLUME = 'shared';

/** Pods of real containers, of an image that is on the nodes. They need no rights and no token. */
export class ClusterPods implements PodKit {
  readonly #client: KubeClient;
  readonly #image: string;
  readonly #shared: SharedFolder | undefined;

  /**
   * @param image its program waits until it is told to end; with podnet-responder and podnet-dialer
   * @param shared where dialers have their sockets
   */
  constructor(client: KubeClient, image: string, shared?: SharedFolder) {
    this.#client = client;
    this.#image = image;
    this.#shared = shared;
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
    if (this.#shared === undefined) return this.idle();
    const { path, onNode } = this.#shared;
    return {
      ...podOf({
        name: 'main',
        image: this.#image,
        command: ['podnet-dialer', '--socket', dialerSocket(this.#shared, '$(NAMESPACE)', '$(POD)')],
        env: [...OWN_NAME, { name: 'GODEBUG', value: GO_DEBUG }],
        volumeMounts: [{ name: VOLUME, mountPath: path }],
      }),
      volumes: [{ name: VOLUME, hostPath: { path: onNode, type: 'Directory' } }],
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
