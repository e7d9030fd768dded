import { machineDoubt } from '../measure/index.ts';
import type { Acknowledgement } from './acknowledged/acknowledgement.ts';
import { changesOf, MIN_POINTS } from './changes.ts';
import { conclude } from './conclude.ts';
import type { HistoryDocument, HistoryGroup, HistoryPoint, HistorySeries } from './document.ts';
import { environmentsOf } from './environment.ts';
import { type Group, groupsOf, type Part } from './group.ts';
import type { Nights } from './read/read-nights.ts';
import { type Trend, trendsOf } from './series.ts';

/**
 * What nights say about how metrics went. A function of what was read: the same nights give the same history. `source` is
 * what the folder is called.
 */
export function history(
  source: string,
  { nights, warnings }: Nights,
  acknowledged: readonly Acknowledgement[] = [],
): HistoryDocument {
  const used = new Set<Acknowledgement>();
  const groups = groupsOf(nights).map((group) => describe(group, acknowledged, used));
  const unused = acknowledged.filter((each) => !used.has(each));
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'History',
    format: 1,
    source,
    groups,
    ...conclude(groups),
    warnings: [
      ...warnings,
      ...unused.map(({ place, reason }) => `${place}: no change is explained by "${reason}"`),
    ],
  };
}

function describe(
  group: Group,
  acknowledged: readonly Acknowledgement[],
  used: Set<Acknowledgement>,
): HistoryGroup {
  const { environments, environmentChanges, numbers } = environmentsOf(group);
  const known = {
    name: group.name,
    scenario: group.scenario,
    points: group.parts.map((part, i) => pointOf(part, numbers[i]!)),
    environments,
    environmentChanges,
  };
  const series = trendsOf(group).map((trend): HistorySeries => {
    const { minimum: _, ...shown } = trend;
    const changes = changesOf(trend, { group: known, acknowledged, used });
    return { ...shown, changes, notes: notesOf(trend, known.points.length) };
  });
  return { ...known, series };
}

function pointOf({ id, startedAt, runs, compared, commit }: Part, environment: number): HistoryPoint {
  const doubts = runs.flatMap(({ run }) => machineDoubt(run) ?? []);
  const [doubt] = doubts;
  const share = runs.length === 1 ? '' : ` (${doubts.length} of ${runs.length} runs)`;
  const conditions = doubt === undefined ? [] : [`${doubt}${share}`];
  const stored = runs.length > 0 ? runs.length : Math.max(0, ...compared.map(({ b }) => b?.runs ?? 0));
  return { id, startedAt, runs: stored, commit, environment, conditions };
}

function notesOf({ values }: Trend, points: number): string[] {
  const last = values.at(-1)?.point ?? -1;
  return [
    ...(values.length < MIN_POINTS ? [`change points need ${MIN_POINTS} points`] : []),
    ...(last < points - 1 ? ['the newest point does not have it'] : []),
  ];
}
