import { fieldsOf } from '../compare/index.ts';
import type { Environment, HistoryGroup } from './document.ts';
import type { Group, Part } from './group.ts';

/** The code under test, whose history this is. */
const SUBJECTS = ['identity.commit', 'identity.dirty', 'identity.churnlab'];
/** Shown also where they never change. */
const SHOWN = ['identity.kernel', 'identity.cpu', 'identity.cores', 'identity.memory'];
/** The commit that candidates are compared with. */
export const BASELINE = 'baseline';

type Environments = Pick<HistoryGroup, 'environments' | 'environmentChanges'> & {
  /** The number of the environment of each part. */
  readonly numbers: readonly number[];
};

/**
 * The machine, the versions and the configuration of each part, by the first of its runs, and where they change. Of the
 * fields only those that ever change, and what makes a machine known.
 */
export function environmentsOf({ parts }: Group): Environments {
  const all = parts.map(fieldsOfPart);
  if (!followsCandidate(parts)) {
    for (const [i, { baseline }] of parts.entries())
      if (baseline !== undefined) all[i]!.set(BASELINE, baseline);
  }
  const names = [...new Set(all.flatMap((fields) => [...fields.keys()]))];
  const shown = names.filter(
    (name) => SHOWN.includes(name) || new Set(all.map((each) => each.get(name))).size > 1,
  );
  const environments: Environment[] = [];
  const numbers = all.map((fields) => {
    const environment = Object.fromEntries(shown.map((name) => [name, fields.get(name) ?? '']));
    const known = environments.findIndex((each) => shown.every((name) => each[name] === environment[name]));
    return known >= 0 ? known : environments.push(environment) - 1;
  });
  const environmentChanges = numbers.flatMap((number, point) => {
    const before = numbers[point - 1] ?? number;
    return number === before
      ? []
      : [{ point, fields: changed(environments[before]!, environments[number]!) }];
  });
  return { environments, environmentChanges, numbers };
}

/** Empty where only comparisons are stored: they were made on one machine each. */
function fieldsOfPart({ runs }: Part): Map<string, string> {
  const [first] = runs;
  return first ? new Map([...fieldsOf(first)].filter(([name]) => !SUBJECTS.includes(name))) : new Map();
}

/** A baseline that moves along, as the night before does, is no change of its own. */
function followsCandidate(parts: readonly Part[]): boolean {
  const moves = parts.filter(({ baseline }, i) => i > 0 && baseline !== parts[i - 1]!.baseline);
  return 2 * moves.length > parts.length;
}

function changed(before: Environment, after: Environment) {
  return Object.keys(after)
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field]!, after: after[field]! }));
}
