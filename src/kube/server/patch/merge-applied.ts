import { isRecord } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';
import { belongs, children, elementOf, type FieldSet } from './field-set.ts';

/** Lays an applied configuration over the live value: lists merge by key, what is atomic is replaced. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (isRecord(applied) && isRecord(live) && !schema?.atomic) {
    const result: Record<string, unknown> = { ...live };
    for (const [element, [child, field]] of children(applied, schema)!) {
      const key = element.slice(2);
      result[key] = mergeApplied(live[key], child, field);
    }
    return result;
  }
  const rule = schema?.list;
  if (!Array.isArray(applied) || !Array.isArray(live) || !rule || rule.kind === 'atomic') return applied;
  const result = [...live];
  const places = new Map(live.map((item, i) => [elementOf(item, schema), i]));
  for (const item of applied) {
    const at = places.get(elementOf(item, schema));
    if (at === undefined) result.push(item);
    else result[at] = mergeApplied(result[at], item, schema?.items);
  }
  return result;
}

/**
 * Takes the members of a set out of a value (typed/remove.go). A list or a map of which nothing is left becomes null,
 * where it does not belong to the set itself.
 */
export function withoutFields(value: unknown, set: FieldSet, schema: Schema | undefined): unknown {
  const below = children(value, schema);
  if (!below) return typeof value === 'object' ? null : value;
  const kept: [string, unknown][] = [];
  for (const [element, [child, field]] of below) {
    const gone = set[element];
    if (!gone) kept.push([element.slice(2), child]);
    else if (!belongs(gone)) kept.push([element.slice(2), withoutFields(child, gone, field)]);
  }
  if (kept.length === 0) return null;
  return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept);
}
