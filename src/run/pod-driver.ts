import { deleteIfThere, Informer, isReady, type KubeClient, PODS, type Pod } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { ChurnPhase, Planned } from '../scenario/index.ts';
import type { PodKit } from '../substrate/index.ts';
import type { Driver, SubjectObserver } from './driver.ts';
import { runPod } from './run-pod.ts';

export interface PodDriverOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Names of the lab's nodes, in order. */
  readonly nodes: readonly string[];
  readonly pods: PodKit;
  readonly observer: SubjectObserver;
}

/** Level `pod`: through the API, as a user's controller would, in a namespace of the run's own. */
export class PodDriver implements Driver, AsyncDisposable {
  readonly #options: PodDriverOptions;
  readonly #pods: Informer<Pod>;
  /** How far each pod was seen to be. */
  readonly #seen = new Map<string, { scheduled: boolean; sandbox: boolean; ready: boolean }>();

  private constructor(options: PodDriverOptions) {
    this.#options = options;
    this.#pods = new Informer<Pod>(options.client, PODS, { namespace: options.namespace });
  }

  static async open(options: PodDriverOptions): Promise<PodDriver> {
    const driver = new PodDriver(options);
    driver.#pods
      .onAdd((pod) => driver.#look(pod))
      .onUpdate((pod) => driver.#look(pod))
      .onDelete(({ metadata }) => {
        driver.#seen.delete(metadata.name!);
        options.observer.gone(metadata.name!, monotonicNs());
      });
    await driver.#pods.start();
    return driver;
  }

  async create(planned: Planned, phase: ChurnPhase): Promise<void> {
    const { client, namespace, nodes, pods } = this.#options;
    await client.create<Pod>(PODS, runPod(planned, phase, { namespace, nodes, spec: pods.idle() }));
  }

  async remove(name: string): Promise<void> {
    const { client, namespace } = this.#options;
    // A grace period of 1 s lets the node clean up first: with 0 the object would go before its network does.
    await deleteIfThere(client, PODS, name, namespace, { gracePeriodSeconds: 1 });
  }

  #look(pod: Pod): void {
    const name = pod.metadata.name!;
    const { observer } = this.#options;
    let seen = this.#seen.get(name);
    if (!seen) {
      seen = { scheduled: false, sandbox: false, ready: false };
      this.#seen.set(name, seen);
    }
    const now = monotonicNs();
    if (!seen.scheduled && pod.spec.nodeName) {
      seen.scheduled = true;
      observer.scheduled(name, now);
    }
    if (!seen.sandbox && pod.status?.podIP) {
      seen.sandbox = true;
      observer.sandbox(name, now);
    }
    if (!seen.ready && isReady(pod)) {
      seen.ready = true;
      observer.ready(name, now);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods[Symbol.asyncDispose]();
  }
}
