import { cellName, type FoundRun } from '../compare/index.ts';
import { type Night, startOf } from './read/night.ts';
import type { StoredMetric } from './read/stored-comparison.ts';

/** What one night holds of one scenario, in one combination and on one substrate. */
export interface Part {
  readonly id: string;
  readonly startedAt: string;
  /** Of the code under test: the baselines of comparisons are left out. */
  readonly runs: readonly FoundRun[];
  readonly compared: readonly StoredMetric[];
  readonly commit: string;
  /** Commit of the other side of the comparison. */
  readonly baseline: string | undefined;
}

/** One scenario over all nights that have it. */
export interface Group {
  readonly name: string;
  readonly scenario: string;
  /** In the order of time. */
  readonly parts: readonly Part[];
}

/** Sorts what nights hold by scenario, combination and substrate, in the order in which they first came. */
export function groupsOf(nights: readonly Night[]): Group[] {
  const groups = new Map<string, { scenario: string; parts: Part[] }>();
  for (const night of nights) {
    for (const [name, { scenario, ...part }] of partsOf(night)) {
      const group = groups.get(name) ?? { scenario, parts: [] };
      groups.set(name, group);
      group.parts.push(part);
    }
  }
  return [...groups].map(([name, group]) => ({ name, ...group }));
}

function partsOf(night: Night): Map<string, Part & { readonly scenario: string }> {
  const baselines = new Set(night.comparisons.flatMap(({ sides }) => sides.a.runs.map(({ id }) => id)));
  const own = night.runs.filter(({ run }) => !baselines.has(run.id));
  const nameOf = nameIn(night);
  const parts = new Map<string, Part & { readonly scenario: string }>();
  for (const [name, runs] of Map.groupBy(own, nameOf)) {
    const { scenario, fingerprint } = runs[0]!.run;
    parts.set(name, {
      scenario: scenario.name,
      id: night.id,
      startedAt: startOf({ runs, comparisons: [] }),
      runs,
      compared: [],
      commit: fingerprint.identity.commit,
      baseline: undefined,
    });
  }
  for (const { title, groups, sides, metrics } of night.comparisons) {
    for (const { name: group, scenario, cell } of groups) {
      const [a, b] = [sides.a.runs, sides.b.runs].map((runs) => runs.filter((run) => run.group === group));
      if (a!.length === 0 || b!.length === 0) continue;
      const stored = own.find(({ run }) => run.id === b![0]!.id);
      // Without its runs a comparison says in its title what tells it from others of the same scenario.
      const name = stored ? nameOf(stored) : [title, cellName(cell)].filter(Boolean).join(' ');
      const known = parts.get(name);
      parts.set(name, {
        scenario,
        id: night.id,
        runs: [],
        ...known,
        startedAt: [...a!, ...b!].map(({ startedAt }) => startedAt).toSorted()[0]!,
        commit: b![0]!.commit,
        baseline: a![0]!.commit,
        compared: metrics.filter((metric) => metric.group === group),
      });
    }
  }
  return parts;
}

/** Scenario, combination and substrate; the variant too, of a series that nobody compared. */
function nameIn(night: Night): (found: FoundRun) => string {
  const variants = new Set(night.runs.map(({ variant }) => variant));
  const apart = variants.size > 1 && night.comparisons.length === 0;
  return ({ run, cell, variant }) =>
    [
      [run.scenario.name, cellName(cell) || (apart ? variant : '')].filter(Boolean).join(' '),
      run.lab.substrate,
    ]
      .filter(Boolean)
      .join(', ');
}
