import { cellName, type FoundRun } from '../compare/index.ts';
import { type Night, startOf } from './read/night.ts';
import type { StoredComparison, StoredMetric } from './read/stored-comparison.ts';

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

type NamedPart = Part & { readonly scenario: string };

function partsOf(night: Night): Map<string, NamedPart> {
  const baselines = new Set(night.comparisons.flatMap(({ sides }) => sides.a.runs.map(({ id }) => id)));
  const own = night.runs.filter(({ run }) => !baselines.has(run.id));
  const nameOf = nameIn(night);
  const parts = new Map<string, NamedPart>();
  for (const [name, runs] of Map.groupBy(own, nameOf)) parts.set(name, partOfRuns(night.id, runs));
  for (const comparison of night.comparisons) {
    for (const group of comparison.groups) {
      const part = partOfGroup(night.id, comparison, group);
      if (part === undefined) continue;
      const stored = own.find(({ run }) => part.candidates.has(run.id));
      // Without its runs a comparison says in its title what tells it from others of the same scenario.
      const name = stored
        ? nameOf(stored)
        : [comparison.title, cellName(group.cell)].filter(Boolean).join(' ');
      const { candidates: _, ...compared } = part;
      parts.set(name, { ...compared, runs: parts.get(name)?.runs ?? [] });
    }
  }
  return parts;
}

function partOfRuns(id: string, runs: readonly FoundRun[]): NamedPart {
  const { scenario, fingerprint } = runs[0]!.run;
  return {
    scenario: scenario.name,
    id,
    startedAt: startOf({ runs, comparisons: [] }),
    runs,
    compared: [],
    commit: fingerprint.identity.commit,
    baseline: undefined,
  };
}

/** What a comparison says of one of its groups; undefined where a side has no runs. */
function partOfGroup(
  id: string,
  { sides, metrics }: StoredComparison,
  { name, scenario }: StoredComparison['groups'][number],
): (Omit<NamedPart, 'runs'> & { readonly candidates: ReadonlySet<string> }) | undefined {
  const of = (side: StoredComparison['sides']['a']) => side.runs.filter(({ group }) => group === name);
  const [a, b] = [of(sides.a), of(sides.b)];
  if (a.length === 0 || b.length === 0) return undefined;
  return {
    scenario,
    id,
    startedAt: [...a, ...b].map(({ startedAt }) => startedAt).toSorted()[0]!,
    compared: metrics.filter(({ group }) => group === name),
    commit: b[0]!.commit,
    baseline: a[0]!.commit,
    candidates: new Set(b.map((run) => run.id)),
  };
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
