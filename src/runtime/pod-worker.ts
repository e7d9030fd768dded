import { backoff, isReason, type KubeClient, PODS, type Pod } from '../kube/index.ts';
import type { RuntimeNode } from './config.ts';
import { Flag, pause } from './flag.ts';
import type { PodAnswers } from './pod-answers.ts';
import type { ReportEvent } from './pod-events.ts';
import { runningStatus, waitingStatus } from './pod-status.ts';
import { SANDBOX_RETRY } from './sandbox-retry.ts';
import type { Sandboxes } from './sandboxes.ts';

export interface WorkerContext {
  readonly client: KubeClient;
  readonly node: RuntimeNode;
  readonly sandboxes: Sandboxes;
  readonly answers: PodAnswers;
  readonly report: ReportEvent;
  /** The runtime is to end: sandboxes stay as they are. */
  readonly stopping: Flag;
}

/** The life of one pod on its node, from the moment it is bound until its object is gone. */
export class PodWorker {
  readonly #context: WorkerContext;
  readonly #deletion = new Flag();
  #pod: Pod;

  constructor(context: WorkerContext, pod: Pod) {
    this.#context = context;
    this.#pod = pod;
    this.update(pod);
  }

  /** The object has changed; only its deletion matters to a sandbox that is up. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp) this.#deletion.raise();
  }

  /** The object is gone without a deletion that could be seen: the sandbox must go too. */
  vanish(): void {
    this.#deletion.raise();
  }

  /** Resolves when the pod is gone, or when the runtime stops (its sandbox then stays as it is). */
  async run(): Promise<void> {
    const { stopping } = this.#context;
    const id = (await this.#adopt()) ?? (await this.#create());
    await pause(Infinity, this.#deletion, stopping);
    if (stopping.isRaised) return;
    if (id !== undefined) await this.#remove(id);
    await this.#finish();
  }

  /** The sandbox of an earlier life of this runtime, when it is whole; one that is not is removed. */
  async #adopt(): Promise<string | undefined> {
    const { sandboxes, answers } = this.#context;
    const running = this.#pod.status?.phase === 'Running';
    let adopted: string | undefined;
    for (const id of sandboxes.existing(this.#pod.metadata.uid!)) {
      if (running && adopted === undefined && sandboxes.isAttached(id)) adopted = id;
      else await this.#remove(id);
    }
    if (adopted !== undefined) await answers.add(adopted, this.#pod);
    return adopted;
  }

  /** Tries until a sandbox is up or the pod is to go; undefined then. */
  async #create(): Promise<string | undefined> {
    const { node, sandboxes, answers, report, stopping } = this.#context;
    for (let attempt = 0; !this.#deletion.isRaised && !stopping.isRaised; attempt++) {
      const id = sandboxes.idOf(this.#pod.metadata.uid!, attempt);
      const outcome = await sandboxes.add(id, this.#pod);
      if (outcome.ok) {
        // A pod that is Ready answers.
        await answers.add(id, this.#pod);
        await this.#writeStatus(runningStatus(this.#pod, node.ips, outcome.ips));
        return id;
      }
      const message = `Failed to create pod sandbox: ${outcome.message ?? 'unknown'}`;
      report(this.#pod, 'FailedCreatePodSandBox', message);
      if (attempt === 0) await this.#writeStatus(waitingStatus(this.#pod, node.ips, message));
      await pause(backoff(attempt, SANDBOX_RETRY.baseMs, SANDBOX_RETRY.maxMs), this.#deletion, stopping);
    }
    return undefined;
  }

  async #remove(id: string): Promise<void> {
    const { sandboxes, answers, report, stopping } = this.#context;
    await answers.remove(id);
    for (let attempt = 0; !stopping.isRaised; attempt++) {
      const outcome = await sandboxes.remove(id);
      if (outcome.ok) return;
      report(this.#pod, 'FailedKillPod', `Failed to stop pod sandbox: ${outcome.message ?? 'unknown'}`);
      await pause(backoff(attempt, SANDBOX_RETRY.baseMs, SANDBOX_RETRY.maxMs), stopping);
    }
  }

  async #writeStatus(status: NonNullable<Pod['status']>): Promise<void> {
    const { name, namespace, uid } = this.#pod.metadata;
    // The uid makes it a Conflict when another pod has the name by now.
    const body = { metadata: { uid }, status };
    await this.#quietly(
      this.#context.client.patch(PODS, name!, namespace, { type: 'merge', subresource: 'status', body }),
    );
  }

  /** Tells the API that nothing of the pod is left on the node, as a kubelet does. */
  async #finish(): Promise<void> {
    const { name, namespace, uid } = this.#pod.metadata;
    await this.#quietly(
      this.#context.client.delete(PODS, name!, namespace, { gracePeriodSeconds: 0, ...(uid ? { uid } : {}) }),
    );
  }

  /** A pod that is gone or is another one needs nothing more. */
  async #quietly(request: Promise<unknown>): Promise<void> {
    try {
      await request;
    } catch (error) {
      if (!isReason(error, 'NotFound') && !isReason(error, 'Conflict')) throw error;
    }
  }
}
