import type { ComparisonDocument } from './document.ts';
import { fieldsOf } from './fields.ts';
import type { FoundRun } from './side/found-run.ts';

type Differences = ComparisonDocument['differences'];
type Residue = ComparisonDocument['residue'];

/** The code under test: that it differs is why one compares. */
const SUBJECTS = ['identity.commit', 'identity.dirty', 'identity.churnlab'];
const NONE = '-';

export interface LikenessOptions {
  /** Beginnings of field names that are compared on purpose: `lab.network`. */
  readonly subjects?: readonly string[];
  /** Beginnings of field names that may differ all the same. `all`: every one. */
  readonly allowed?: readonly string[];
}

/** Fields in which the sides differ, and those that vary inside a side although its runs should be alike. */
export function likeness(
  group: string,
  sides: { readonly a: readonly FoundRun[]; readonly b: readonly FoundRun[] },
  { subjects = [], allowed = [] }: LikenessOptions,
): { readonly differences: Differences; readonly residue: Residue } {
  const [a, b] = [valuesOf(sides.a), valuesOf(sides.b)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const statusOf = (field: string): Differences[number]['status'] => {
    if ([...SUBJECTS, ...subjects].some((each) => isWithin(field, each))) return 'subject';
    return allowed.some((each) => each === 'all' || isWithin(field, each)) ? 'allowed' : 'refused';
  };
  const text = (values: Map<string, Set<string>>, field: string) =>
    [...(values.get(field) ?? [NONE])].toSorted().join(' or ');
  return {
    differences: names.flatMap((field) => {
      const [left, right] = [text(a, field), text(b, field)];
      return left === right ? [] : [{ group, field, a: left, b: right, status: statusOf(field) }];
    }),
    residue: (['a', 'b'] as const).flatMap((side) =>
      [...(side === 'a' ? a : b)].flatMap(([field, values]) =>
        values.size < 2 ? [] : [{ side, group, field, values: [...values].toSorted() }],
      ),
    ),
  };
}

/** Every value that a field has in some runs; a run without it has NONE. */
function valuesOf(runs: readonly FoundRun[]): Map<string, Set<string>> {
  const fields = runs.map(fieldsOf);
  const names = new Set(fields.flatMap((each) => [...each.keys()]));
  return new Map([...names].map((name) => [name, new Set(fields.map((each) => each.get(name) ?? NONE))]));
}

function isWithin(field: string, beginning: string): boolean {
  return field === beginning || field.startsWith(`${beginning}.`);
}
