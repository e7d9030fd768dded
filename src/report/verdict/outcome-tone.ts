import type { Outcome } from './judge.ts';

const TONES = {
  passed: 'good',
  inconclusive: 'doubt',
  'gate broken': 'bad',
  'invariant broken': 'bad',
} as const satisfies Record<Outcome, string>;

/** How an outcome is meant, for colours. */
export function toneOf(outcome: Outcome): (typeof TONES)[Outcome] {
  return TONES[outcome];
}
