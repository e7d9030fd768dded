import { setTimeout as sleep } from 'node:timers/promises';
import { type CallFollower, NetnsLab } from '../../substrate/index.ts';
import { BenchError } from '../bench-error.ts';
import type { Blocks } from '../blocks.ts';
import type { BenchContext } from '../context.ts';

type Call = Parameters<CallFollower['onCall']>[0];

export interface ReusePlan {
  readonly blocks: number;
  readonly perBlock: number;
}

/** A full node: from the DEL asked to the ADD answered that had waited for its address; ns. */
export interface ReuseResult {
  /** Pods that fill the node. */
  readonly pods: number;
  readonly reuse: Blocks;
}

/** A /26: 62 pods. */
const POOL = { cidrs: ['10.20.0.0/26'], nodeMask: 26 };
const PODS = 62;
/** So long an ADD has waited when its address comes, in ms. */
const LEAD_MS = 30;

/** Fills a node, lets an ADD wait in the agent, and takes one pod away, over and over. */
export async function measureReuse(
  { blocks, perBlock }: ReusePlan,
  { labs, progress, signal }: BenchContext,
): Promise<ReuseResult> {
  progress('a full node: release to reuse');
  const ipam = { pools: [POOL], cooldown: '0s', wait: '10s', allowExhaustion: true };
  const name = await labs.up('full', { nodes: 1, ipam });
  const lab = await NetnsLab.open(name);
  try {
    const calls = new Calls();
    await lab.followCalls(calls);
    const node = lab.nodes[0]!;
    const add = async (id: string): Promise<void> => {
      const { ok, message } = await lab.addSandbox(node, id);
      if (!ok) throw new BenchError('call-failed', `ADD on a full node: ${message}`);
    };
    const living: string[] = [];
    for (let i = 0; i < PODS; i++) {
      await add(`pod-${i}`);
      living.push(`pod-${i}`);
    }
    const reuse: number[][] = [];
    for (let block = 0, next = PODS; block < blocks; block++) {
      const taken: number[] = [];
      for (let i = 0; i < perBlock; i++, next++) {
        signal.throwIfAborted();
        const waiting = add(`pod-${next}`);
        await sleep(LEAD_MS);
        const gone = living.shift()!;
        const { ok, message } = await lab.removeSandbox(node, gone);
        if (!ok) throw new BenchError('call-failed', `DEL on a full node: ${message}`);
        await waiting;
        living.push(`pod-${next}`);
        taken.push(await calls.between(`DEL ${gone}`, `ADD pod-${next}`));
      }
      reuse.push(taken);
    }
    return { pods: PODS, reuse };
  } finally {
    await lab[Symbol.asyncDispose]();
    await labs.down(name);
  }
}

/** Calls as the runtime reports them. */
class Calls implements CallFollower {
  readonly #seen = new Map<string, PromiseWithResolvers<Call>>();

  onCall(call: Call): void {
    this.#of(`${call.verb} ${call.containerId}`).resolve(call);
  }

  onLinkGone(): void {}

  onRefill(): void {}

  /** ns from the begin of one call to the end of another. */
  async between(first: string, second: string): Promise<number> {
    const [from, to] = await Promise.all([this.#of(first).promise, this.#of(second).promise]);
    this.#seen.delete(first);
    this.#seen.delete(second);
    return to.endedNs - from.startedNs;
  }

  #of(key: string): PromiseWithResolvers<Call> {
    let found = this.#seen.get(key);
    if (found === undefined) {
      found = Promise.withResolvers<Call>();
      this.#seen.set(key, found);
    }
    return found;
  }
}
