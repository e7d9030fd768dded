import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../agent/index.ts';
import type { Pod } from '../../kube/index.ts';
import { monotonicNs } from '../../measure/index.ts';
import type { CallFollower } from '../lab.ts';
import { type ClockShift, callOfRefusal, callOfTrace } from './agent-call.ts';
import type { Agents } from './agents.ts';

/** How long until an agent that is gone is looked for again. */
const AGAIN_MS = 200;
/** Questions about an agent's clock; the quickest answer says it best. */
const QUESTIONS = 5;

/** Where a stream of events stands: the head line of an agent's, or one of its events. */
type Line = AgentEvent & { readonly seq: number; readonly instance?: string };

/** Follows what the agents of a cluster do, over their restarts. */
export class CallFeed implements AsyncDisposable {
  readonly #agents: Agents;
  readonly #isClockShared: boolean;
  readonly #follower: CallFollower;
  readonly #ended = new AbortController();
  readonly #following: Promise<void>[] = [];

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

  async #follow(node: string, from: { readonly instance: string; readonly seq: number }): Promise<void> {
    const { signal } = this.#ended;
    let { instance, seq } = from;
    while (!signal.aborted) {
      try {
        const pod = (await this.#agents.pods()).get(node);
        if (pod) {
          const shift = await this.#shift(pod);
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
              this.#tell(event, shift);
            }
          }
        }
      } catch {
        // It is being started anew; until then the API server has nobody to pass the request on to.
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  #tell({ trace, refused, linkGone, refill }: AgentEvent, shift: ClockShift): void {
    if (trace) this.#follower.onCall(callOfTrace(trace, shift));
    if (refused) {
      const call = callOfRefusal(refused, shift);
      if (call) this.#follower.onCall(call);
    }
    if (linkGone) this.#follower.onLinkGone({ ...linkGone, goneNs: shift(linkGone.goneNs) });
    if (refill) this.#follower.onRefill({ ...refill, at: shift(refill.at) });
  }

  /** The offset of another machine's clock is found from the middle of a question and its answer. */
  async #shift(pod: Pod): Promise<ClockShift> {
    if (this.#isClockShared) return (ns) => ns;
    let best = { took: Infinity, offset: 0 };
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = monotonicNs();
      const { monotonicNs: theirs } = await this.#agents.info(pod);
      const took = monotonicNs() - asked;
      if (took < best.took) best = { took, offset: asked + took / 2 - theirs };
    }
    return (ns) => ns + best.offset;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#following);
  }
}
