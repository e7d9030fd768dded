import { Informer, isReason, type KubeClient, NAMESPACES, PODS, type Pod } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { Planned } from '../scenario/index.ts';
import type { Driver, PodObserver } from './driver.ts';

const RUN_LABEL = 'churnlab.dev/run';

/** Level `pod`: through the API, as a user's controller would, in a namespace of the run's own. */
export class PodDriver implements Driver {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #observer: PodObserver;
  readonly #pods: Informer<Pod>;
  /** How far each pod was seen to be. */
  readonly #seen = new Map<string, { scheduled: boolean; sandbox: boolean; ready: boolean }>();

  private constructor(client: KubeClient, namespace: string, observer: PodObserver) {
    this.#client = client;
    this.#namespace = namespace;
    this.#observer = observer;
    this.#pods = new Informer<Pod>(client, PODS, { namespace });
  }

  /** Makes the namespace `churnlab-<run>` and watches it. */
  static async open(client: KubeClient, run: string, observer: PodObserver): Promise<PodDriver> {
    const namespace = `churnlab-${run}`;
    await client.create(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { [RUN_LABEL]: run } },
    });
    const driver = new PodDriver(client, namespace, observer);
    driver.#pods
      .onAdd((pod) => driver.#look(pod))
      .onUpdate((pod) => driver.#look(pod))
      .onDelete((pod) => {
        driver.#seen.delete(pod.metadata.name!);
        observer.gone(pod.metadata.name!, monotonicNs());
      });
    await driver.#pods.start();
    return driver;
  }

  async create({ name }: Planned): Promise<void> {
    await this.#client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: this.#namespace },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'pause', image: 'pause' }] },
    });
  }

  async remove(name: string): Promise<void> {
    try {
      // A grace period of 1 s lets the node clean up first: with 0 the object would go before its network does.
      await this.#client.delete(PODS, name, this.#namespace, { gracePeriodSeconds: 1 });
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
  }

  #look(pod: Pod): void {
    const name = pod.metadata.name!;
    let seen = this.#seen.get(name);
    if (!seen) {
      seen = { scheduled: false, sandbox: false, ready: false };
      this.#seen.set(name, seen);
    }
    const now = monotonicNs();
    if (!seen.scheduled && pod.spec.nodeName) {
      seen.scheduled = true;
      this.#observer.scheduled(name, now);
    }
    if (!seen.sandbox && pod.status?.podIP) {
      seen.sandbox = true;
      this.#observer.sandbox(name, now);
    }
    if (
      !seen.ready &&
      pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    ) {
      seen.ready = true;
      this.#observer.ready(name, now);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods[Symbol.asyncDispose]();
    await this.#client.delete(NAMESPACES, this.#namespace).catch(() => {});
  }
}
