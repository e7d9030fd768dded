import { type Subject, subjectsOf } from '../compare/index.ts';
import { type Bound, median, UNITS } from '../stats/index.ts';
import type { HistorySeries } from './document.ts';
import type { Group, Part } from './group.ts';
import type { StoredMetric } from './read/stored-comparison.ts';

/** One value over time, before anybody looked for changes in it. */
export interface Trend extends Omit<HistorySeries, 'changes' | 'notes'> {
  /** The smallest change that counts: it must reach both. */
  readonly minimum: Subject['minimum'];
}

/**
 * The trends of a group, those that decide first: differences of gated metrics where nights were compared, since nights need
 * not have the same machine; else the gated metrics themselves.
 */
export function trendsOf(group: Group): Trend[] {
  const differences = differencesOf(group.parts);
  const values = valuesOf(group.parts, differences.length === 0);
  const trends = [...differences, ...values];
  return [...trends.filter(({ gated }) => gated), ...trends.filter(({ gated }) => !gated)];
}

/** Every value that a comparison of its newest runs would look at. */
function valuesOf(parts: readonly Part[], decide: boolean): Trend[] {
  const runs = parts.flatMap((part) => part.runs);
  if (runs.length === 0) return [];
  return subjectsOf([], runs).map(({ key, metric, statistic, unit, gated, minimum }) => ({
    ...{ key, metric, statistic, unit, minimum },
    of: 'value',
    better: UNITS[unit].better,
    gated: gated && decide,
    values: parts.flatMap((part, point) => {
      const found = part.runs.flatMap(({ run }) => {
        const summary = run.summaries.find((each) => each.key === key);
        return summary && summary.count > 0 ? [summary[statistic]] : [];
      });
      return found.length === 0 ? [] : [{ point, runs: found.length, ...spread(found) }];
    }),
  }));
}

/** The median over runs, and how far runs lie apart. */
function spread(found: readonly Bound[]) {
  const values = found.map(({ value }) => value);
  return { ...median(found), low: Math.min(...values), high: Math.max(...values) };
}

/** Of each metric of which a comparison said by how much it differs. */
function differencesOf(parts: readonly Part[]): Trend[] {
  const trends = new Map<string, Trend & { readonly values: HistorySeries['values'][number][] }>();
  for (const [point, { compared }] of parts.entries()) {
    for (const found of compared) {
      const value = differenceOf(found);
      if (value === undefined) continue;
      const { key, metric, statistic, better, gated, minimum } = found;
      const id = `${key} ${statistic}`;
      const values = [...(trends.get(id)?.values ?? []), { point, ...value }];
      // The newest comparison says what counts.
      const shares = { relative: minimum.relative, absolute: 0 };
      trends.set(id, {
        key,
        metric,
        statistic,
        of: 'difference',
        unit: 'ratio',
        better,
        gated,
        minimum: shares,
        values,
      });
    }
  }
  return [...trends.values()];
}

function differenceOf({ difference, a, b }: StoredMetric) {
  if (!difference?.relative || !a || !b) return undefined;
  return { runs: Math.min(a.runs, b.runs), atLeast: false, ...difference.relative };
}
