import { generatorDoubt, machineDoubt } from '../measure/index.ts';
import { decideAll, type Group, testSubject } from './compared-metric.ts';
import { conclude } from './conclude.ts';
import { COMPARISON_FORMAT, type ComparisonDocument } from './document.ts';
import { type LikenessOptions, likeness } from './likeness.ts';
import { isPaired, seedOf } from './pairing.ts';
import type { FoundRun } from './side/found-run.ts';
import { cellName, type Side } from './side/read-side.ts';
import { subjectsOf } from './subject.ts';
import { LEVEL } from './subject-test.ts';

type Conditions = ComparisonDocument['conditions'];

/**
 * Compares two sides of runs. A pure function of their documents: the same runs give the same comparison. Sides that are
 * not alike, in what is not compared on purpose, are not compared at all.
 */
export function compare(a: Side, b: Side, options: LikenessOptions = {}): ComparisonDocument {
  const groups = groupsOf(a, b);
  const conditions = [...conditionsOf('a', a), ...conditionsOf('b', b)];
  const left = new Set(conditions.filter(({ counted }) => !counted).map(({ run }) => run));
  const counted = groups.map((group) => ({
    ...group,
    a: group.a.filter(({ run }) => !left.has(run.id)),
    b: group.b.filter(({ run }) => !left.has(run.id)),
  }));
  const both = groups.filter((group) => group.a.length > 0 && group.b.length > 0);
  const alike = both.map((group) => likeness(group.name, group, options));
  const differences = alike.flatMap((each) => each.differences);
  const isRefused = differences.some(({ status }) => status === 'refused');
  const tested = counted
    .filter((group) => !isRefused && group.a.length > 0 && group.b.length > 0)
    .flatMap((group) => subjectsOf(group.a, group.b).map((subject) => testSubject(group, subject)));
  const found = {
    sides: { a: sideOf(a, groups, 'a'), b: sideOf(b, groups, 'b') },
    groups: counted.map((group, i) => describe(group, groups[i]!)),
    differences,
    conditions,
    residue: alike.flatMap((each) => each.residue),
    invariants: [...invariantsOf('a', a), ...invariantsOf('b', b)],
    metrics: decideAll(tested),
  };
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Comparison',
    format: COMPARISON_FORMAT,
    title: [
      ...new Set(groups.flatMap((group) => [...group.a, ...group.b].map(({ run }) => run.scenario.name))),
    ].join(', '),
    level: LEVEL,
    ...found,
    ...conclude(found),
  };
}

/** Runs of one scenario and combination, both sides. */
function groupsOf(a: Side, b: Side): Group[] {
  const keyOf = ({ run, cell }: FoundRun) => [run.scenario.name, cellName(cell)].filter(Boolean).join(' ');
  const [left, right] = [Map.groupBy(a.runs, keyOf), Map.groupBy(b.runs, keyOf)];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.map((key) => ({
    name: keys.length === 1 ? '' : key,
    a: left.get(key) ?? [],
    b: right.get(key) ?? [],
  }));
}

function describe({ name, a, b }: Group, all: Group): ComparisonDocument['groups'][number] {
  const { run, cell } = (all.a[0] ?? all.b[0])!;
  return {
    name,
    scenario: run.scenario.name,
    cell,
    paired: isPaired(a, b),
    runs: { a: a.length, b: b.length },
  };
}

function sideOf(
  { name, runs }: Side,
  groups: readonly Group[],
  side: 'a' | 'b',
): ComparisonDocument['sides']['a'] {
  return {
    name,
    runs: runs.map((found) => ({
      id: found.run.id,
      folder: found.folder,
      group: groups.find((group) => group[side].includes(found))!.name,
      seed: seedOf(found),
      startedAt: found.run.startedAt,
      commit: found.run.fingerprint.identity.commit,
    })),
  };
}

/**
 * Noise makes a run slower whatever ran in it: such a run is left out. One whose generator did not keep up measured another
 * load than was asked for, which may be the doing of what is compared: it stays, and where there are many of them nothing
 * is concluded.
 */
function conditionsOf(side: 'a' | 'b', { runs }: Side): Conditions[number][] {
  return runs.flatMap(({ run }): Conditions[number][] => {
    const machine = machineDoubt(run);
    if (machine !== undefined) return [{ side, run: run.id, reason: machine, counted: false }];
    const load = generatorDoubt(run);
    return load === undefined ? [] : [{ side, run: run.id, reason: load, counted: true }];
  });
}

function invariantsOf(side: 'a' | 'b', { runs }: Side): ComparisonDocument['invariants'][number][] {
  return runs.flatMap(({ run }) =>
    run.invariants
      .filter(({ violations }) => violations > 0)
      .map(({ title, violations, witness }) => ({
        side,
        run: run.id,
        title,
        violations,
        ...(witness && { witness: witness.text }),
      })),
  );
}
