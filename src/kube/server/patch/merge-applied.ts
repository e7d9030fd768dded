import { isRecord } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';
import { children, elementOf, type FieldSet } from './field-set.ts';

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

/** Takes fields out of a value; undefined when nothing is left of it. */
export function withoutFields(value: unknown, set: FieldSet, schema: Schema | undefined): unknown {
  const below = children(value, schema);
  if (!below) return undefined;
  let touched = false;
  const kept = new Map<string, unknown>();
  for (const [element, [child, field]] of below) {
    const gone = set[element];
    if (!gone) {
      kept.set(element, child);
      continue;
    }
    touched = true;
    const whole = Object.keys(gone).length === 0 || (Array.isArray(value) && '.' in gone);
    const rest = whole ? undefined : withoutFields(child, gone, field);
    if (rest !== undefined) kept.set(element, rest);
  }
  if (!touched) return value;
  if (kept.size === 0) return undefined;
  if (Array.isArray(value)) return [...kept.values()];
  return Object.fromEntries([...kept].map(([element, child]) => [element.slice(2), child]));
}
