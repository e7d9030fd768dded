import { type Informer, isReason, keyOf, NODES, type Node, PODS, type Pod } from '../../../index.ts';
import type { ControllerContext } from '../controller-context.ts';
import { nowSeconds } from '../timestamps.ts';
import { failedSchedulingMessage } from './failed-scheduling.ts';
import { type Choice, NodeTable } from './node-table.ts';

const NAME = 'default-scheduler';
/** Bindings on their way at a time. */
const CONCURRENCY = 64;
/** Wait before pods that fitted nowhere are looked at again after something changed, in ms. */
const RETRY_DELAY = 50;

/**
 * Assigns pods to nodes, first come first served: to the node with the smallest share of its pods in use among
 * those that the pod's nodeSelector and tolerations allow. Requests for CPU and memory, affinity, spread
 * constraints and priorities are not looked at.
 */
export class Scheduler implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #pods: Informer<Pod>;
  readonly #table = new NodeTable();
  /** Keys of pods to place now, in order of arrival. */
  readonly #queue = new Set<string>();
  /** Uids of pods whose binding is on its way, or done and not yet seen by the informer. */
  readonly #assumed = new Set<string>();
  /** Pods that fitted nowhere, by uid: their key and what was said about it. */
  readonly #waiting = new Map<string, { key: string; message: string }>();
  #inFlight = 0;
  #pumping = false;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#pods = context.informers.get<Pod>(PODS);
    const nodes = context.informers.get<Node>(NODES);
    const putNode = (node: Node) => {
      this.#table.put(node);
      this.#reconsider();
    };
    nodes.onAdd(putNode).onUpdate(putNode);
    nodes.onDelete((node) => this.#table.delete(node.metadata.name ?? ''));
    this.#pods.onAdd((pod) => this.#see(pod)).onUpdate((pod) => this.#see(pod));
    this.#pods.onDelete((pod) => this.#forget(pod));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#queue.clear();
  }

  #see(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') {
      this.#forget(pod);
      return;
    }
    if (pod.spec.nodeName) {
      this.#table.occupy(uid, pod.spec.nodeName);
      this.#assumed.delete(uid);
      this.#waiting.delete(uid);
      return;
    }
    if (pod.metadata.deletionTimestamp || (pod.spec.schedulerName ?? NAME) !== NAME) return;
    if (this.#assumed.has(uid) || this.#waiting.has(uid)) return;
    this.#enqueue(keyOf(pod));
  }

  #forget(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    this.#assumed.delete(uid);
    this.#waiting.delete(uid);
    if (this.#table.release(uid)) this.#reconsider();
  }

  #enqueue(key: string): void {
    if (this.#stopped) return;
    this.#queue.add(key);
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const key of this.#queue) {
      if (this.#inFlight >= CONCURRENCY) return;
      this.#queue.delete(key);
      const pod = this.#pods.get(key);
      // Gone, or bound by somebody else, since it was queued.
      if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) continue;
      const choice = this.#table.choose(pod);
      if ('node' in choice) void this.#bind(pod, choice.node);
      else void this.#giveUp(pod, choice);
    }
  }

  async #bind(pod: Pod, node: string): Promise<void> {
    const { uid = '' } = pod.metadata;
    this.#table.occupy(uid, node);
    this.#assumed.add(uid);
    this.#inFlight++;
    try {
      await this.#context.client.bind(pod, node);
      const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
      this.#context.events.record(NAME, pod, 'Normal', 'Scheduled', message);
    } catch (error) {
      this.#assumed.delete(uid);
      this.#table.release(uid);
      // Deleted or bound by another meanwhile: the informer says which.
      if (isReason(error, 'NotFound', 'Conflict')) return;
      this.#context.onError('scheduler', keyOf(pod), error);
      this.#waiting.set(uid, { key: keyOf(pod), message: '' });
      this.#reconsider();
    } finally {
      this.#inFlight--;
      this.#pump();
    }
  }

  /** Says so on the pod, once per message, and waits until something changes. */
  async #giveUp(pod: Pod, { nodes, reasons }: Exclude<Choice, { node: string }>): Promise<void> {
    const { uid = '', name = '', namespace } = pod.metadata;
    const message = failedSchedulingMessage(nodes, reasons);
    const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    this.#waiting.set(uid, { key: keyOf(pod), message });
    if (condition?.message === message) return;
    this.#context.events.record(NAME, pod, 'Warning', 'FailedScheduling', message);
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const since = condition?.status === 'False' ? condition.lastTransitionTime : nowSeconds();
    const body = { status: { conditions: [{ ...unschedulable, lastTransitionTime: since }] } };
    try {
      await this.#context.client.patch(PODS, name, namespace, {
        type: 'strategic',
        body,
        subresource: 'status',
      });
    } catch (error) {
      if (!isReason(error, 'NotFound')) this.#context.onError('scheduler', keyOf(pod), error);
    }
  }

  /** Room may have come: all that wait are looked at again, soon and together. */
  #reconsider(): void {
    if (this.#waiting.size === 0 || this.#stopped) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      const waiting = Array.from(this.#waiting.values());
      this.#waiting.clear();
      for (const { key } of waiting) this.#enqueue(key);
    }, RETRY_DELAY);
  }
}
