import { EVENTS, isReason, type KubeClient, type KubeEvent, type KubeObject } from '../../index.ts';
import { nowSeconds } from './timestamps.ts';
import { TokenBucket } from './token-bucket.ts';

/** Writes to the API a second, and at once: what client-go allows the scheduler and the controller manager. */
const RATE = 50;
const BURST = 100;
/** Events whose count can still go up; the oldest is forgotten first. */
const REMEMBERED = 4096;

interface Written {
  readonly name: string;
  readonly namespace: string;
  count: number;
}

/**
 * Writes core/v1 Events. The same thing said of the same object again raises the count of the first event. Above
 * the rate events are dropped and counted: they are news, not state.
 */
export class EventRecorder {
  readonly #client: KubeClient;
  readonly #bucket = new TokenBucket(RATE, BURST);
  readonly #written = new Map<string, Written>();
  #sequence = 0n;
  #dropped = 0;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** Events that were not written because there were too many at once. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Does not wait: an event that cannot be written is dropped. */
  record(
    component: string,
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    if (!this.#bucket.take()) {
      this.#dropped++;
      return;
    }
    const key = [about.metadata.uid, type, reason, message].join('\0');
    const before = this.#written.get(key);
    const write = before ? this.#again(before) : this.#first(key, component, about, type, reason, message);
    write.catch((error: unknown) => {
      this.#written.delete(key);
      // A namespace that is being deleted takes no new events.
      if (!isReason(error, 'Forbidden', 'NotFound')) this.#dropped++;
    });
  }

  async #again(event: Written): Promise<void> {
    event.count++;
    const body = { count: event.count, lastTimestamp: nowSeconds() };
    await this.#client.patch(EVENTS, event.name, event.namespace, { type: 'merge', body });
  }

  async #first(
    key: string,
    component: string,
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): Promise<void> {
    const { name = '', namespace = 'default', uid = '', resourceVersion = '' } = about.metadata;
    const stamp = BigInt(Date.now()) * 1_000_000n + this.#sequence++;
    const written = { name: `${name}.${stamp.toString(16)}`, namespace, count: 1 };
    this.#remember(key, written);
    const now = nowSeconds();
    const { apiVersion, kind } = about;
    await this.#client.create<KubeEvent>(EVENTS, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: written.name, namespace },
      involvedObject: {
        ...{ apiVersion, kind, name, uid, resourceVersion },
        ...(about.metadata.namespace === undefined ? {} : { namespace }),
      },
      type,
      reason,
      message,
      source: { component },
      reportingComponent: component,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  }

  #remember(key: string, written: Written): void {
    this.#written.set(key, written);
    if (this.#written.size <= REMEMBERED) return;
    for (const oldest of this.#written.keys()) {
      this.#written.delete(oldest);
      return;
    }
  }
}
