import { cell, comparisonTable, left, right, type Table } from '../report/index.ts';
import { format } from '../stats/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';
import type { NightDocument, Outcome } from './night-document.ts';

const TONES = {
  ...{ passed: 'good', inconclusive: 'doubt', 'gate broken': 'bad', regression: 'bad' },
  ...{ 'invariant broken': 'bad', 'harness failed': 'bad' },
} as const satisfies Record<Outcome, 'good' | 'doubt' | 'bad'>;

export function toneOf(outcome: Outcome): 'good' | 'doubt' | 'bad' {
  return TONES[outcome];
}

/** `v1.2.0 (abc123def456)`, `HEAD (abc123def456, with changes)`. */
export function treeText({ name, commit, dirty }: NightDocument['baseline']): string {
  return `${name} (${commit.slice(0, 12)}${dirty ? ', with changes' : ''})`;
}

/** What the metrics that are gated came to, scenario by scenario; undefined where nothing was compared. */
export function gateTable(entries: readonly ConcludedEntry[]): Table | undefined {
  const compared = entries.flatMap(({ entry, comparison }) =>
    comparison ? [{ comparison, name: entry.name }] : [],
  );
  const metrics = compared.flatMap(({ comparison, name }) =>
    comparison.metrics.filter(({ gated }) => gated).map((metric) => ({ ...metric, group: name })),
  );
  if (compared[0] === undefined || metrics.length === 0) return undefined;
  const groups = compared.flatMap(({ comparison }) => comparison.groups);
  return comparisonTable({ ...compared[0].comparison, groups, metrics });
}

/** Whether the gates see what they say; undefined where none was put to the test. */
export function selfTestTable(entries: readonly ConcludedEntry[]): Table | undefined {
  const rows = entries.flatMap(({ entry: { name, selfTest } }) =>
    (selfTest?.metrics ?? []).map(({ subject, injected, red, falselyRed }) => [
      cell(`${name}: ${subject}`),
      cell(injected === null ? '-' : `+${format(injected, 'ratio')}`),
      cell(format(red, 'ratio')),
      cell(format(1 - falselyRed, 'ratio')),
      cell(String(selfTest!.pairs)),
    ]),
  );
  if (rows.length === 0) return undefined;
  return {
    title: 'Self-test',
    columns: [left('gate'), right('worsening'), right('went red'), right('stayed green'), right('pairs')],
    rows,
    legend:
      'Pairs drawn from the runs of the baseline: with the worsening in one of them the gate must go red, without it stay green, each in 95 % of cases.',
  };
}
