import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../agent/index.ts';
import type { Pod } from '../../kube/index.ts';
import { RemoteClock } from '../../measure/index.ts';
import type { CallFollower } from '../lab.ts';
import { type ClockShift, callOfRefusal, callOfTrace } from './agent-call.ts';
import type { Agents } from './agents.ts';

/** How long until an agent that is gone is looked for again. */
const AGAIN_MS = 200;

/** Where a stream of events stands: the head line of an agent's, or one of its events. */
type Line = AgentEvent & { readonly seq: number; readonly instance?: string };

/** Follows what the agents of a cluster do, over their restarts. */
export class CallFeed implements AsyncDisposable {
  readonly #agents: Agents;
  readonly #isClockShared: boolean;
  readonly #follower: CallFollower;
  readonly #ended = new AbortController();
  readonly #following: Promise<void>[] = [];
  #clockErrorNs = 0;

  private constructor(agents: Agents, isClockShared: boolean, follower: CallFollower) {
    this.#agents = agents;
    this.#isClockShared = isClockShared;
    this.#follower = follower;
  }

  /**
   * Resolves when the agents of these nodes are listened to: nothing that they do from now on is missed.
   * @param isClockShared whether the nodes are on this machine, and so have its CLOCK_MONOTONIC
   */
  static async open(
    agents: Agents,
    nodes: readonly string[],
    isClockShared: boolean,
    follower: CallFollower,
  ): Promise<CallFeed> {
    const feed = new CallFeed(agents, isClockShared, follower);
    const pods = await agents.pods();
    await Promise.all(
      nodes.map(async (node) => {
        const pod = pods.get(node);
        const info = pod && (await agents.info(pod));
        const from = info ? { instance: info.instance, seq: info.seq } : { instance: '', seq: 0 };
        feed.#following.push(feed.#follow(node, from));
      }),
    );
    return feed;
  }

  /** Bound on how far instants of agents are from this machine's clock, in ns; 0 where it is the same one. */
  get clockErrorNs(): number {
    return this.#clockErrorNs;
  }

  async #follow(node: string, from: { readonly instance: string; readonly seq: number }): Promise<void> {
    const { signal } = this.#ended;
    let { instance, seq } = from;
    while (!signal.aborted) {
      try {
        const pod = (await this.#agents.pods()).get(node);
        if (pod) {
          using clock = await this.#clock(pod);
          for await (const line of this.#agents.trace(pod, seq, signal)) {
            const event = JSON.parse(line) as Line;
            if (event.instance !== undefined && event.instance !== instance) {
              // A new agent counts from 1 again: what it did before it was found is asked for anew.
              instance = event.instance;
              if (seq > 0) {
                seq = 0;
                break;
              }
            }
            if (event.instance === undefined) {
              seq = event.seq;
              this.#tell(event, clock?.shift ?? same);
              this.#clockErrorNs = Math.max(this.#clockErrorNs, clock?.errorNs ?? 0);
            }
          }
        }
      } catch {
        // It is being started anew; until then the API server has nobody to pass the request on to.
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  #tell({ trace, refused, linkGone, refill, collected }: AgentEvent, shift: ClockShift): void {
    if (trace) this.#follower.onCall(callOfTrace(trace, shift));
    if (refused) {
      const call = callOfRefusal(refused, shift);
      if (call) this.#follower.onCall(call);
    }
    if (linkGone) this.#follower.onLinkGone({ ...linkGone, goneNs: shift(linkGone.goneNs) });
    if (refill) this.#follower.onRefill({ ...refill, at: shift(refill.at) });
    if (collected) this.#follower.onCollected?.({ ...collected, collectedNs: shift(collected.collectedNs) });
  }

  async #clock(pod: Pod): Promise<RemoteClock | undefined> {
    if (this.#isClockShared) return undefined;
    return await RemoteClock.open(async () => (await this.#agents.info(pod)).monotonicNs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#following);
  }
}

function same(ns: number): number {
  return ns;
}
