/**
 * Sets of fields in the form managedFields stores them (FieldsV1): `f:<name>` a field, `k:<json>` a list item
 * by its keys, `v:<json>` an item of a set; a leaf is `{}`, and `.` marks an inner node that belongs itself.
 */

import { jsonEqual } from '../rest/thaw.ts';
import { isRecord } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';

export interface FieldSet {
  readonly [element: string]: FieldSet;
}
type Building = { [element: string]: Building };

const LEAF: FieldSet = Object.freeze({});

/** The elements of a value: what lies below it and by which name. Undefined for what is owned as a whole. */
export function children(
  value: unknown,
  schema: Schema | undefined,
): Map<string, [unknown, Schema | undefined]> | undefined {
  if (isRecord(value)) {
    if (schema?.atomic) return undefined;
    const result = new Map<string, [unknown, Schema | undefined]>();
    for (const key in value) {
      if (value[key] === undefined) continue;
      result.set(`f:${key}`, [value[key], schema?.type === 'map' ? schema.items : schema?.fields?.get(key)]);
    }
    return result;
  }
  const rule = schema?.list;
  if (!Array.isArray(value) || !rule || rule.kind === 'atomic') return undefined;
  const items = new Map<string, [unknown, Schema | undefined]>();
  for (const item of value) items.set(elementOf(item, schema), [item, schema?.items]);
  return items;
}

/** The name of a list's item. Keys that are absent count with their default where the API has one. */
export function elementOf(item: unknown, schema: Schema | undefined): string {
  const rule = schema?.list;
  if (rule?.kind !== 'map' || !isRecord(item)) return `v:${JSON.stringify(item)}`;
  const keys: Record<string, unknown> = {};
  for (const key of [...rule.keys].sort()) {
    const value = item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** All fields of a value. */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet {
  const below = children(value, schema);
  if (!below || below.size === 0) return LEAF;
  const set: Building = {};
  if (Array.isArray(value))
    for (const [element, [item, items]] of below) set[element] = itemFields(item, items) as Building;
  else for (const [element, [child, field]] of below) set[element] = fieldsOf(child, field) as Building;
  return set;
}

function itemFields(item: unknown, schema: Schema | undefined): FieldSet {
  return isRecord(item) ? { '.': LEAF, ...fieldsOf(item, schema) } : LEAF;
}

/** Fields of `after` that are new or differ from `before`. */
export function changedFields(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): FieldSet | undefined {
  if (jsonEqual(before, after)) return undefined;
  const now = children(after, schema);
  const then = children(before, schema);
  if (!now || !then || now.size === 0) return fieldsOf(after, schema);
  const set: Building = {};
  for (const [element, [child, field]] of now) {
    const old = then.get(element);
    const changed = old
      ? changedFields(old[0], child, field)
      : Array.isArray(after)
        ? itemFields(child, field)
        : fieldsOf(child, field);
    if (changed) set[element] = changed as Building;
  }
  return Object.keys(set).length > 0 ? set : undefined;
}

/** Fields of `before` that `after` does not have. */
export function removedFields(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): FieldSet | undefined {
  const then = children(before, schema);
  const now = children(after, schema);
  if (!then || !now) return undefined;
  const set: Building = {};
  for (const [element, [child, field]] of then) {
    const current = now.get(element);
    const removed = current
      ? removedFields(child, current[0], field)
      : Array.isArray(before)
        ? itemFields(child, field)
        : fieldsOf(child, field);
    if (removed) set[element] = removed as Building;
  }
  return Object.keys(set).length > 0 ? set : undefined;
}

const belongs = (set: FieldSet): boolean => '.' in set || Object.keys(set).length === 0;

export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b) return a ?? b;
  const set: Building = { ...a } as Building;
  // A leaf that gets children stays a member by its dot.
  if ((belongs(a) || belongs(b)) && (Object.keys(a).length > 0 || Object.keys(b).length > 0)) set['.'] = {};
  for (const element in b) set[element] = union(a[element], b[element]) as Building;
  return set;
}

/** What is in `a` and not in `b`. */
export function difference(a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  if (!b) return a;
  const set: Building = {};
  for (const element in a) {
    if (element === '.') continue;
    const rest = difference(a[element]!, b[element]);
    if (rest) set[element] = rest as Building;
  }
  const member = belongs(a) && !belongs(b);
  const inner = Object.keys(set).length > 0;
  if (member && inner) set['.'] = {};
  return member || inner ? set : undefined;
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const set: Building = {};
  for (const element in a) {
    const other = b[element];
    const both = element !== '.' && other ? intersection(a[element]!, other) : undefined;
    if (both) set[element] = both as Building;
  }
  const member = belongs(a) && belongs(b);
  const inner = Object.keys(set).length > 0;
  if (member && inner) set['.'] = {};
  return member || inner ? set : undefined;
}

/** The members as paths, `.spec.containers[name="a"].image`. */
export function* paths(set: FieldSet, prefix = ''): Generator<string> {
  if (prefix !== '' && belongs(set)) yield prefix;
  for (const element in set) if (element !== '.') yield* paths(set[element]!, prefix + step(element));
}

function step(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
