import { type Informer, isReason, keyOf, NODES, type Node, PODS, type Pod } from '../../../index.ts';
import type { ControllerContext } from '../controller-context.ts';
import { nowSeconds } from '../timestamps.ts';

export interface PodCollectorOptions {
  /** Time between two looks, in ms. */
  readonly period: number;
  /** How long a node must be missing before its pods go, in ms. */
  readonly quarantine: number;
  /** Pods that have ended and are kept, the youngest of all. */
  readonly terminatedPods: number;
}

/** Removes pods whose node is gone, and the oldest of too many that have ended (pkg/controller/podgc). */
export class PodCollector implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #options: PodCollectorOptions;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  /** Nodes that pods name and that are not there, since when (performance.now()). */
  readonly #missing = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(context: ControllerContext, options: PodCollectorOptions) {
    this.#context = context;
    this.#options = options;
    this.#pods = context.informers.get<Pod>(PODS);
    this.#nodes = context.informers.get<Node>(NODES);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#collect().finally(() => {
        this.#running = undefined;
      });
    }, this.#options.period);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #collect(): Promise<void> {
    for (const pod of this.#oldestTerminated()) await this.#remove(pod);
    for (const pod of await this.#orphans()) await this.#failAndRemove(pod);
  }

  #oldestTerminated(): Pod[] {
    const ended = Array.from(this.#pods.list().filter(hasEnded));
    const excess = ended.length - this.#options.terminatedPods;
    if (excess <= 0) return [];
    return ended.sort((a, b) => createdAt(a) - createdAt(b)).slice(0, excess);
  }

  async #orphans(): Promise<Pod[]> {
    const now = performance.now();
    const byNode = new Map<string, Pod[]>();
    for (const pod of this.#pods.list()) {
      const { nodeName } = pod.spec;
      if (!nodeName || this.#nodes.get(nodeName)) continue;
      const pods = byNode.get(nodeName);
      if (pods) pods.push(pod);
      else byNode.set(nodeName, [pod]);
    }
    for (const node of this.#missing.keys()) if (!byNode.has(node)) this.#missing.delete(node);
    const orphans: Pod[] = [];
    for (const [node, pods] of byNode) {
      const since = this.#missing.get(node) ?? now;
      this.#missing.set(node, since);
      if (now - since >= this.#options.quarantine && (await this.#isGone(node))) orphans.push(...pods);
    }
    return orphans;
  }

  async #isGone(node: string): Promise<boolean> {
    try {
      await this.#context.client.get(NODES, node);
      return false;
    } catch (error) {
      return isReason(error, 'NotFound');
    }
  }

  /** A pod that nobody can stop any more has failed: who watches it learns why before it goes. */
  async #failAndRemove(pod: Pod): Promise<void> {
    const { name = '', namespace } = pod.metadata;
    if (!hasEnded(pod)) {
      const message = 'PodGC: node no longer exists';
      const reason = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message };
      const body = {
        status: { phase: 'Failed', conditions: [{ ...reason, lastTransitionTime: nowSeconds() }] },
      };
      try {
        await this.#context.client.patch(PODS, name, namespace, {
          type: 'strategic',
          body,
          subresource: 'status',
        });
      } catch (error) {
        this.#report(pod, error);
        return;
      }
    }
    await this.#remove(pod);
  }

  async #remove(pod: Pod): Promise<void> {
    const { name = '', namespace, uid = '' } = pod.metadata;
    try {
      await this.#context.client.delete(PODS, name, namespace, { gracePeriodSeconds: 0, uid });
    } catch (error) {
      this.#report(pod, error);
    }
  }

  #report(pod: Pod, error: unknown): void {
    if (!isReason(error, 'NotFound', 'Conflict')) this.#context.onError('pod-collector', keyOf(pod), error);
  }
}

function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function createdAt(pod: Pod): number {
  return Date.parse(pod.metadata.creationTimestamp ?? '');
}
