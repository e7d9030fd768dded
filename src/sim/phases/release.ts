import { type ChurnPhase, released } from '../../scenario/index.ts';
import type { ReleaseTally } from '../node/pod-book.ts';
import type { World } from '../world.ts';

/** Ends something at an instant, ns of virtual time, and has it counted. */
export type End = (at: number, by: ReleaseTally) => void;

/** What a phase gives back. */
export interface Release {
  readonly at: number;
  /** When the last of them goes; known once it has begun. */
  readonly last: number;
  readonly done: boolean;
  /** To be called at `at`. */
  act(): void;
}

/** The release of a phase, if it has one; `living` is asked for at its instant, in the order in which they became ready. */
export function releaseOf(
  world: World,
  { release, name }: ChurnPhase,
  begin: number,
  living: () => readonly End[],
): Release | undefined {
  if (release === undefined) return undefined;
  const at = begin + release.after;
  const gap = release.rate === undefined ? 0 : 1e9 / release.rate;
  const state = { at, last: at, done: false };
  return Object.assign(state, {
    act: () => {
      const tally: ReleaseTally = { phase: name, atNs: at, released: 0, reuse: [] };
      world.releases.push(tally);
      const all = living();
      for (const index of released(all.length, release, world.spec.seed, name)) {
        state.last = at + tally.released++ * gap;
        all[index]!(state.last, tally);
      }
      state.done = true;
    },
  });
}
