import { setTimeout as sleep } from 'node:timers/promises';
import { type IpcClient, own } from '../../ipc/index.ts';
import { RemoteClock } from '../../measure/index.ts';
import { type OpenPhase, type Planned, shardAt } from '../../scenario/index.ts';
import type { InPods } from '../../substrate/index.ts';
import type { Driver, Pace } from '../driver.ts';
import { PodDriver, type PodDriverOptions } from '../pod-driver.ts';
import type { RunPods } from '../run-pod.ts';
import { type BeginPhase, type RemovePod, SHARD_PORT, type ShardStart } from './protocol.ts';
import { makeShards } from './shard-job.ts';

/** Until all shards know of a phase. */
const LEAD_NS = 2e9;
/** The books know of a pod so long before its instant: no shard's clock is further ahead. */
const EARLY_NS = 500e6;
const LOOK_MS = 100;
const REACH_MS = 30_000;

export interface ShardedOptions extends PodDriverOptions {
  readonly seed: number;
  readonly shards: number;
  readonly inPods: InPods;
}

/** A shard that is spoken to. */
interface Shard {
  readonly ipc: IpcClient;
  readonly clock: RemoteClock;
}

/**
 * Level `pod` with the requests shared out among pods of a Job, each of which draws its part of the schedule itself. What
 * becomes of pods is watched here, by one clock.
 */
export class ShardedPodDriver implements Driver, AsyncDisposable {
  readonly pace: Pace;
  readonly #options: ShardedOptions;
  readonly #stack: AsyncDisposableStack;
  readonly #shards: readonly Shard[];
  readonly #shardOf = new Map<string, Shard>();
  readonly #gone = new Set<Shard>();
  /** Starts that are waited for, and those that were told of before. */
  readonly #starts = new Map<string, PromiseWithResolvers<void>>();

  private constructor(options: ShardedOptions, shards: readonly Shard[], stack: AsyncDisposableStack) {
    this.#options = options;
    this.#shards = shards;
    this.#stack = stack;
    this.pace = {
      leadNs: LEAD_NS,
      earlyNs: EARLY_NS,
      begin: (phase, at, signal) => this.#begin(phase, at, signal),
    };
    for (const shard of shards) shard.ipc.onClose(() => this.#lose(shard));
  }

  /** @param make makes the pods of the shards; names in the order of their index */
  static async open(options: ShardedOptions, make = makeShards): Promise<ShardedPodDriver> {
    await using stack = new AsyncDisposableStack();
    const { client, namespace, shards, inPods } = options;
    const names = await make({ client, namespace, shards, image: inPods.image });
    const reached: Shard[] = [];
    for (const name of names) {
      const relay = stack.use(await inPods.reach({ namespace, name, port: SHARD_PORT }));
      const ipc = stack.use(await ownShard(relay));
      reached.push({ ipc, clock: stack.use(await RemoteClock.open(() => ipc.call<number>('clock'))) });
    }
    stack.use(await PodDriver.open(options));
    return new ShardedPodDriver(options, reached, stack.move());
  }

  /** Tells every shard; resolves when all have begun to wait for their first instant. */
  async #begin(phase: OpenPhase, begin: number, signal: AbortSignal): Promise<void> {
    const { seed, namespace, nodes, pods } = this.#options;
    const common: RunPods = { namespace, nodes, spec: pods.idle() };
    await Promise.all(
      this.#shards.map(async ({ ipc, clock }) => {
        // The shard's clock, from ours.
        const at = begin - clock.shift(0);
        const order: BeginPhase = { ...common, phase, seed, begin: at };
        await ipc.call('begin', order, (start: ShardStart) => this.#started(start));
        signal.addEventListener('abort', () => void ipc.call('stop').catch(() => {}), { once: true });
      }),
    );
  }

  /** Resolves when its shard has asked for it. */
  async create({ name, index }: Planned): Promise<void> {
    const shard = this.#shards[shardAt(index, this.#shards.length)]!;
    if (this.#gone.has(shard)) throw new Error(`the shard of ${name} is gone`);
    this.#shardOf.set(name, shard);
    await this.#start(name).promise.finally(() => this.#starts.delete(name));
  }

  async remove(name: string): Promise<void> {
    const shard = this.#shardOf.get(name);
    this.#shardOf.delete(name);
    const order: RemovePod = { namespace: this.#options.namespace, name };
    await shard?.ipc.call('remove', order);
  }

  #started({ name, lagNs, error }: ShardStart): void {
    const { resolve, reject } = this.#start(name);
    this.#options.observer.lag?.(lagNs);
    if (error === undefined) resolve();
    else reject(new Error(error));
  }

  #start(name: string): PromiseWithResolvers<void> {
    const known = this.#starts.get(name);
    if (known) return known;
    const start = Promise.withResolvers<void>();
    this.#starts.set(name, start);
    return start;
  }

  /** Its pods that are waited for will not come. */
  #lose(shard: Shard): void {
    this.#gone.add(shard);
    for (const [name, of] of this.#shardOf) {
      if (of === shard) this.#starts.get(name)?.reject(new Error(`the shard of ${name} is gone`));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** The shard ends with this connection. It runs before it listens: until then there is nobody to reach. */
async function ownShard({ socket, trouble }: Awaited<ReturnType<InPods['reach']>>): Promise<IpcClient> {
  const deadline = Date.now() + REACH_MS;
  for (;;) {
    try {
      return await own(socket);
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`A shard cannot be reached: ${trouble() || (error as Error).message}`);
      }
      await sleep(LOOK_MS);
    }
  }
}
