import type { ComparedMetric, ComparisonDocument, ComparisonVerdict } from '../../compare/index.ts';
import { format } from '../../stats/index.ts';
import { type Cell, cell, type Tone } from '../model/table.ts';

type Outcome = ComparisonDocument['outcome'];

const OUTCOME_TONES = {
  passed: 'good',
  regression: 'bad',
  'invariant broken': 'bad',
  inconclusive: 'doubt',
} as const satisfies Record<Outcome, Tone>;

const VERDICT_TONES = {
  better: 'good',
  worse: 'bad',
  same: 'dim',
  inconclusive: 'doubt',
  missing: 'bad',
} as const satisfies Record<ComparisonVerdict['kind'], Tone>;

export function comparisonTone(outcome: Outcome): (typeof OUTCOME_TONES)[Outcome] {
  return OUTCOME_TONES[outcome];
}

export function verdictTone({ kind }: ComparisonVerdict): (typeof VERDICT_TONES)[ComparisonVerdict['kind']] {
  return VERDICT_TONES[kind];
}

/** `worse`, `same within 2.00 %`, `~ (needs 12 runs a side)`, `missing on b`: a difference is said only where there is one. */
export function verdictText({ verdict }: Pick<ComparedMetric, 'verdict'>): string {
  switch (verdict.kind) {
    case 'better':
    case 'worse':
      return verdict.kind;
    case 'same':
      return `same within ${format(verdict.within, 'ratio')}`;
    case 'inconclusive':
      return verdict.needed === null ? '~' : `~ (needs ${verdict.needed} runs a side)`;
    case 'missing':
      return `missing on ${verdict.side}`;
  }
}

export function verdictCell(metric: ComparedMetric): Cell {
  const { verdict, warnings } = metric;
  const reason = verdict.kind === 'inconclusive' || verdict.kind === 'missing' ? [verdict.reason] : [];
  return cell(verdictText(metric), verdictTone(verdict), [...reason, ...warnings]);
}

/** `cni.add p99`, with the combination where there are several. */
export function metricName({ group, key, statistic }: ComparedMetric): string {
  return `${group === '' ? '' : `${group}: `}${key} ${statistic}`;
}

/** `+3.20 %`, `−12.0 %`, `0 %`. */
export function signedShare(share: number): string {
  const text = format(Math.abs(share), 'ratio');
  if (share === 0) return text;
  return `${share > 0 ? '+' : '−'}${text}`;
}
