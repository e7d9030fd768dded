/** What a run does before its load begins and after its drain. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  compareInventories,
  type InvariantResult,
  type Inventory,
  monotonicNs,
  type Recorder,
} from '../measure/index.ts';
import type { Lab } from '../substrate/index.ts';

/** Starts of a program that does nothing, before the load begins. */
const HARNESS_ROUNDS = 200;
const LOOK_MS = 50;
/** Nothing has changed for so long: nothing moves. */
const QUIET_MS = 200;
/** What the kernel takes down in the background (namespaces, links) is given this long after the drain. */
export const SETTLE_MS = 20_000;

/** Clocks what the harness itself costs, where it is the harness that executes plugins. */
export async function measureHarness({ sandboxes }: Lab, recorder: Recorder): Promise<void> {
  for (const { total, kernel } of (await sandboxes?.measureHarness(HARNESS_ROUNDS)) ?? []) {
    const at = monotonicNs();
    recorder.append({ metric: 'harness.exec', ns: total, at, ok: true });
    recorder.append({ metric: 'harness.overhead', ns: total - kernel, at, ok: true });
  }
}

/** What is there once nothing moves any more: the kernel takes namespaces and links down in the background. */
export async function quietInventory(lab: Lab): Promise<Inventory> {
  const deadline = Date.now() + SETTLE_MS;
  for (let last = ''; ; ) {
    const inventory = await lab.inventory();
    const text = JSON.stringify(inventory);
    if (text === last || Date.now() > deadline) return inventory;
    last = text;
    await sleep(QUIET_MS);
  }
}

export interface Settling {
  /** When the last pod was gone. */
  readonly drainedNs: number;
  /** How long it may take; or, below {@link longestMs}, how long since ever less was left or a program of the run's was at it. */
  readonly settleMs: number;
  /** However it goes on; the same as {@link settleMs} where nothing counts but the time. */
  readonly longestMs: number;
  /** Done as long as anything is left: what clears up there waits for it. */
  readonly nudge: () => Promise<void>;
  /** Addresses that agents released without a DEL meanwhile: they count as left over. */
  readonly collected: readonly string[];
}

/** Waits until nothing is left of the run, or says what is. */
export async function settle(
  lab: Lab,
  before: Inventory,
  { drainedNs, settleMs, longestMs, nudge, collected }: Settling,
): Promise<InvariantResult[]> {
  const end = Date.now() + longestMs;
  let deadline = end;
  for (let least = Number.POSITIVE_INFINITY; ; ) {
    const at = monotonicNs();
    const inventory = await lab.inventory();
    const { addresses = [] } = inventory;
    const after =
      collected.length === 0 ? inventory : { ...inventory, addresses: [...addresses, ...collected] };
    const results = compareInventories(before, after, { at, settledNs: at - drainedNs });
    const left = results.reduce((sum, { violations }) => sum + violations, 0);
    const isAtWork = results.some(({ name, violations }) => name === 'leftover-processes' && violations > 0);
    if (left < least || isAtWork) deadline = Math.min(end, Date.now() + settleMs);
    least = Math.min(least, left);
    if (left === 0 || Date.now() > deadline) return results;
    await nudge();
    await sleep(LOOK_MS);
  }
}
