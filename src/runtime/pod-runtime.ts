import { setTimeout as sleep } from 'node:timers/promises';
import { Informer, type KubeClient, PODS, type Pod } from '../kube/index.ts';
import type { RuntimeNode } from './config.ts';
import { Flag } from './flag.ts';
import { registerNode, renewLease, reportNode } from './node-object.ts';
import type { PodAnswers } from './pod-answers.ts';
import { eventReporter } from './pod-events.ts';
import { PodWorker } from './pod-worker.ts';
import type { Sandboxes } from './sandboxes.ts';

const LEASE_MS = 10_000;
/** How often a node without a network looks for its configuration, and one with a network asks for its STATUS. */
const LOOK_MS = 25;
const STATUS_MS = 10_000;
const RETRY_MS = 500;

/** One node's share of what a kubelet does: registers the node, keeps its lease, and gives its pods their sandboxes. */
export class PodRuntime implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #node: RuntimeNode;
  readonly #sandboxes: Sandboxes;
  readonly #answers: PodAnswers;
  readonly #pods: Informer<Pod>;
  readonly #workers = new Map<string, { worker: PodWorker; done: Promise<void> }>();
  readonly #stop = new AbortController();
  readonly #log: (message: string, error?: unknown) => void;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(
    client: KubeClient,
    node: RuntimeNode,
    sandboxes: Sandboxes,
    answers: PodAnswers,
    log: (message: string, error?: unknown) => void,
  ) {
    this.#client = client;
    this.#node = node;
    this.#sandboxes = sandboxes;
    this.#answers = answers;
    this.#log = log;
    this.#pods = new Informer<Pod>(client, PODS, { fieldSelector: `spec.nodeName=${node.name}` });
  }

  /** Resolves when the node is registered and its pods are known. */
  async start(): Promise<void> {
    await this.#persist('register the node', () => registerNode(this.#client, this.#node));
    const report = eventReporter(this.#client, this.#node.name);
    const stopping = new Flag();
    this.#stop.signal.addEventListener('abort', () => stopping.raise());
    const context = {
      client: this.#client,
      node: this.#node,
      sandboxes: this.#sandboxes,
      answers: this.#answers,
      report,
      stopping,
    };
    this.#pods.onAdd((pod) => {
      const worker = new PodWorker(context, pod);
      const uid = pod.metadata.uid!;
      const done = worker
        .run()
        .catch((error: unknown) => this.#log(`pod ${pod.metadata.name}`, error))
        .finally(() => this.#workers.delete(uid));
      this.#workers.set(uid, { worker, done });
    });
    this.#pods.onUpdate((pod) => this.#workers.get(pod.metadata.uid!)?.worker.update(pod));
    this.#pods.onDelete((pod) => this.#workers.get(pod.metadata.uid!)?.worker.vanish());
    await this.#pods.start();
    await this.#sandboxes.sweep(new Set(this.#workers.keys()));
    await this.#answers.sweep(new Set(this.#sandboxes.list()));
    this.#loops = Promise.all([this.#keepLease(), this.#keepReady()]);
  }

  async #keepLease(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#persist('renew the lease', () => renewLease(this.#client, this.#node));
      await this.#pause(LEASE_MS);
    }
  }

  /** The node is Ready from the moment the plugin says that it can serve; the API hears of changes only. */
  async #keepReady(): Promise<void> {
    let reported: string | undefined;
    while (!this.#stop.signal.aborted) {
      const problem = await this.#sandboxes.problem();
      const state = problem ?? 'ready';
      if (state !== reported) {
        await this.#persist('report the node', () =>
          reportNode(this.#client, this.#node, problem === undefined, problem),
        );
        reported = state;
      }
      await this.#pause(problem === undefined ? STATUS_MS : LOOK_MS);
    }
  }

  /** Goes on until it succeeds: the API may start later than this, and may be restarted. */
  async #persist(what: string, work: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; !this.#stop.signal.aborted; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        if (tries === 0) this.#log(what, error);
        await this.#pause(RETRY_MS);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Stops following the API. Sandboxes stay: they are taken over by the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#pods[Symbol.asyncDispose]();
    await Promise.all([...this.#workers.values()].map(({ done }) => done));
    await this.#loops;
  }
}
