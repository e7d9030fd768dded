import type { Need } from '../setup/index.ts';

export interface Tier {
  /** Seconds it should take on two cores; more is said, five times as much ends it. */
  readonly budget: number;
  /** What must be set up for it, as root; nothing for one that runs anywhere. */
  readonly needs: readonly Need[];
}

/** Cheapest first: what fails early fails fast. */
export const TIERS = {
  checks: { budget: 60, needs: [] },
  unit: { budget: 60, needs: [] },
  kernel: { budget: 180, needs: ['netns'] },
  full: { budget: 1500, needs: ['netns', 'kind', 'vm', 'browser'] },
} as const satisfies Record<string, Tier>;

export type TierName = keyof typeof TIERS;

export interface TestArguments {
  readonly tiers: readonly TierName[];
  readonly install: boolean;
  /** Files and options for vitest. */
  readonly rest: readonly string[];
}

/** Splits the words after `node lab/test.mjs`; without a tier it is `npm test`'s two. */
export function parseArguments(args: readonly string[]): TestArguments {
  const named = (Object.keys(TIERS) as TierName[]).filter((tier) => args.includes(tier));
  return {
    tiers: named.length > 0 ? named : ['unit', 'kernel'],
    install: !args.includes('--no-install'),
    rest: args.filter((word) => !Object.hasOwn(TIERS, word) && word !== '--no-install'),
  };
}
