import type { FailureClass } from '../../cni/index.ts';
import type { Recorder } from '../../measure/index.ts';
import type { OpClock } from '../op-clock.ts';
import { Timeline } from '../timeline.ts';
import { Waits } from '../waits.ts';
import type { SimPod } from './sim-pod.ts';

/** Pods that are given back by a phase, and what became of their addresses. */
export interface ReleaseTally {
  readonly phase: string;
  readonly atNs: number;
  released: number;
  /** From each release to the next grant of that capacity, while somebody waited; ns. */
  readonly reuse: number[];
}

/** What became of a pool's pods. */
interface PoolTally {
  asked: number;
  served: number;
  /** Of those that were refused, ns. */
  readonly waits: number[];
  readonly used: Timeline;
  /** Addresses that rest after a release. */
  readonly cooling: Timeline;
}

/** What happens to pods, over all nodes: samples, who waited, how many live when. May be told in any order of time. */
export class PodBook {
  readonly alive = new Timeline();
  readonly pools = new Map<string, PoolTally>();
  readonly waiting = new Timeline();
  readonly waits = new Waits();
  readonly allocate: OpClock;
  readonly release: OpClock;
  readonly #recorder: Recorder;
  readonly #every: number;
  readonly #cooldownNs: number;
  ready = 0;
  failed = 0;

  /** @param every one pod in so many is sampled */
  constructor(options: {
    readonly recorder: Recorder;
    readonly every: number;
    readonly cooldownNs: number;
    readonly allocate: OpClock;
    readonly release: OpClock;
  }) {
    this.#recorder = options.recorder;
    this.#every = options.every;
    this.#cooldownNs = options.cooldownNs;
    this.allocate = options.allocate;
    this.release = options.release;
  }

  /** Pods that have come. */
  get started(): number {
    return this.pools.values().reduce((sum, { asked }) => sum + asked, 0);
  }

  /** Of one pool. */
  pool(name: string): PoolTally {
    let tally = this.pools.get(name);
    if (tally === undefined) {
      tally = { asked: 0, served: 0, waits: [], used: new Timeline(), cooling: new Timeline() };
      this.pools.set(name, tally);
    }
    return tally;
  }

  /** A pod has come. */
  asked(pool: string): void {
    this.pool(pool).asked++;
  }

  granted(pod: SimPod, node: string, pool: string, at: number): void {
    const tally = this.pool(pool);
    this.ready++;
    this.alive.add(at, 1);
    tally.served++;
    tally.used.add(at, 1);
    if (pod.refusal !== undefined) tally.waits.push(at - pod.intended);
    this.#sample(pod, node, at);
    if (pod.refusal !== undefined) this.#ended(pod, at, true);
  }

  refused(pod: SimPod, node: string, at: number, cause: FailureClass, message: string): void {
    const first = pod.refusal === undefined;
    if (first) this.waiting.add(at, 1);
    this.waits.refused(at, cause, first, () => ({
      atNs: at,
      phase: pod.phase.name,
      subject: 'pod',
      name: pod.name,
      node,
      ...(pod.pool === undefined ? {} : { pool: pod.pool }),
      class: cause,
      message,
    }));
  }

  /** Its deadline has passed, or nobody tries again. */
  gaveUp(pod: SimPod, node: string, pool: string, at: number): void {
    this.failed++;
    this.pool(pool).waits.push(at - pod.intended);
    this.#sample(pod, node, at, pod.refusal ?? 'timeout');
    if (pod.refusal !== undefined) this.#ended(pod, at, false);
  }

  ended(pool: string, at: number): void {
    const { used, cooling } = this.pool(pool);
    this.alive.add(at, -1);
    used.add(at, -1);
    if (this.#cooldownNs === 0) return;
    cooling.add(at, 1);
    cooling.add(at + this.#cooldownNs, -1);
  }

  /** Capacity that was given back while somebody waited has been handed out again. */
  reused(
    freed: { readonly at: number; readonly by: ReleaseTally | undefined },
    node: string,
    at: number,
  ): void {
    const ns = at - freed.at;
    this.#recorder.append({ metric: 'ipam.reuse', ns, at: freed.at, ok: true, node });
    freed.by?.reuse.push(ns);
  }

  #ended(pod: SimPod, at: number, served: boolean): void {
    this.waiting.add(at, -1);
    this.waits.ended(at - pod.intended, pod.attempts, served, () => pod.name);
  }

  #sample(pod: SimPod, node: string, at: number, failure?: FailureClass): void {
    if (pod.index % this.#every !== 0) return;
    const sample = {
      metric: 'pod.sandbox',
      ns: at - pod.intended,
      at: pod.intended,
      node,
      pod: pod.name,
    } as const;
    this.#recorder.append(
      failure === undefined ? { ...sample, ok: true } : { ...sample, ok: false, class: failure },
    );
  }
}
