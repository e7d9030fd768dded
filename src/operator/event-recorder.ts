import { createHash } from 'node:crypto';
import { EVENTS, isReason, type KubeClient, type KubeEvent, WorkQueue } from '../kube/index.ts';

const COMPONENT = 'churnlab-operator';
/** Events of cluster-scoped objects live here (client-go tools/record). */
const NAMESPACE = 'default';

/** Something to be said about a node. */
export interface NodeNotice {
  readonly node: string;
  readonly uid: string | undefined;
  readonly reason: string;
  readonly message: string;
}

/** Kubernetes' two types of Event. */
type EventType = 'Warning' | 'Normal';

/**
 * Tells of nodes by Events. The same said of the same node is one Event whose count rises, also over restarts: its
 * name follows from what it says.
 */
export class EventRecorder implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #now: () => number;
  readonly #onError: (error: unknown, event: string) => void;
  readonly #queue: WorkQueue;
  /** Notices to be written, by name of their Event, and how often each was given since. */
  readonly #pending = new Map<
    string,
    { readonly notice: NodeNotice; readonly type: EventType; times: number }
  >();

  constructor(client: KubeClient, now: () => number, onError: (error: unknown, event: string) => void) {
    this.#client = client;
    this.#now = now;
    this.#onError = onError;
    this.#queue = new WorkQueue((name) => this.#write(name), { concurrency: 4, retryBase: 100, onError });
  }

  /** Does not wait. Tried again until the API takes it, or will not have it. */
  warn(notice: NodeNotice): void {
    this.#record(notice, 'Warning');
  }

  /** The same for what is no fault of the node or the cluster. */
  note(notice: NodeNotice): void {
    this.#record(notice, 'Normal');
  }

  #record(notice: NodeNotice, type: EventType): void {
    const { node, uid = '', reason, message } = notice;
    const said = createHash('sha256').update(`${uid}\0${reason}\0${message}`).digest('hex').slice(0, 16);
    const name = `${node}.${said}`;
    const pending = this.#pending.get(name);
    if (pending) pending.times++;
    else this.#pending.set(name, { notice, type, times: 1 });
    this.#queue.add(name);
  }

  /** Resolves when nothing is left to be written. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #write(name: string): Promise<void> {
    const pending = this.#pending.get(name);
    if (pending === undefined) return;
    const { notice, type, times } = pending;
    try {
      const event = eventOf(name, notice, { type, count: times, time: this.#time() });
      await this.#client.create<KubeEvent>(EVENTS, event);
    } catch (error) {
      if (isReason(error, 'NotFound', 'Forbidden')) this.#onError(error, name);
      else if (!isReason(error, 'AlreadyExists')) throw error;
      else await this.#raise(name, times);
    }
    pending.times -= times;
    if (pending.times === 0) this.#pending.delete(name);
    else this.#queue.add(name);
  }

  async #raise(name: string, times: number): Promise<void> {
    const { count = 1 } = await this.#client.get<KubeEvent>(EVENTS, name, NAMESPACE);
    const body = { count: count + times, lastTimestamp: this.#time() };
    await this.#client.patch(EVENTS, name, NAMESPACE, { type: 'merge', body });
  }

  /** RFC 3339 in whole seconds. */
  #time(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}

function eventOf(
  name: string,
  { node, uid, reason, message }: NodeNotice,
  { type, count, time }: { readonly type: EventType; readonly count: number; readonly time: string },
): KubeEvent {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: NAMESPACE },
    involvedObject: { apiVersion: 'v1', kind: 'Node', name: node, ...(uid === undefined ? {} : { uid }) },
    type,
    reason,
    message,
    source: { component: COMPONENT },
    reportingComponent: COMPONENT,
    reportingInstance: COMPONENT,
    firstTimestamp: time,
    lastTimestamp: time,
    count,
  };
}
