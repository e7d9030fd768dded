import type { Handler, Subscriber } from '../ipc/index.ts';
import { deleteIfThere, type KubeClient, PODS, type Pod } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import { type BeginPhase, type RemovePod, runPod, type ShardStart, until } from '../run/shards/index.ts';
import { type Scheduled, schedule, shardOf } from '../scenario/index.ts';

export interface ShardOptions {
  readonly client: KubeClient;
  /** From 0. */
  readonly shard: number;
  readonly shards: number;
  /** Called when whoever owns this shard is gone. */
  readonly onGone: () => void;
}

/** Starts and ends the part of a run's pods that is its own, on schedule. */
export class Shard {
  readonly #options: ShardOptions;
  #stop = new AbortController();

  constructor(options: ShardOptions) {
    this.#options = options;
  }

  /** What a run may ask for: src/run/shards/protocol.ts. */
  readonly handlers: Readonly<Record<string, Handler>> = {
    own: (_: null, { signal }: Subscriber) => {
      signal.addEventListener('abort', this.#options.onGone);
    },
    clock: () => monotonicNs(),
    begin: (order: BeginPhase, subscriber: Subscriber) => {
      this.#stop = new AbortController();
      void this.#drive(order, subscriber);
    },
    stop: () => this.#stop.abort(),
    remove: (order: RemovePod) => this.#remove(order),
  };

  async #drive(order: BeginPhase, { push }: Subscriber): Promise<void> {
    const { signal } = this.#stop;
    const { shard, shards } = this.#options;
    const { phase, seed, nodes, begin } = order;
    for (const planned of shardOf(schedule(phase, seed, nodes.length), shard, shards)) {
      const intended = begin + planned.offset;
      await until(intended, signal);
      if (signal.aborted) return;
      void this.#create(planned, order, intended).then(push);
    }
  }

  async #create(planned: Scheduled, order: BeginPhase, intended: number): Promise<ShardStart> {
    const { name } = planned;
    const lagNs = monotonicNs() - intended;
    try {
      await this.#options.client.create<Pod>(PODS, runPod(planned, order.phase, order));
      return { name, lagNs };
    } catch (error) {
      return { name, lagNs, error: (error as Error).message };
    }
  }

  async #remove({ namespace, name }: RemovePod): Promise<void> {
    await deleteIfThere(this.#options.client, PODS, name, namespace, { gracePeriodSeconds: 1 });
  }
}
