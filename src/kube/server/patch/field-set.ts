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

/**
 * All fields of a value (typed/tofieldset.go). Lists that merge are nobody's: only their items are; of maps that are
 * there, only empty ones, and those that are themselves entries of a map or items of a list.
 */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet | undefined {
  const below = children(value, schema);
  if (!below) return LEAF;
  if (below.size === 0) return Array.isArray(value) ? undefined : LEAF;
  const set: Building = {};
  for (const [element, [child, field]] of below) {
    const fields = fieldsOf(child, field);
    if (isNamedField(element, schema)) put(set, element, fields);
    else set[element] = member(fields) as Building;
  }
  return orNothing(set);
}

/** Whether an element is a field that the schema names, not an entry of a map or an item of a list. */
function isNamedField(element: string, schema: Schema | undefined): boolean {
  return element.startsWith('f:') && schema?.fields?.has(element.slice(2)) === true;
}

/** A set whose root belongs to it. */
const member = (set: FieldSet | undefined): FieldSet => union(set, LEAF)!;

function put(set: Building, element: string, fields: FieldSet | undefined): void {
  if (fields) set[element] = fields as Building;
}

const orNothing = (set: Building): FieldSet | undefined => (Object.keys(set).length > 0 ? set : undefined);

/** Fields of `after` that are new or differ from `before` (typed/compare.go: added and modified). */
export function changedFields(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): FieldSet | undefined {
  if (after === undefined || before === after) return undefined;
  const [then, now] = both(before, after, schema);
  if (!then || !now) return jsonEqual(before, after) ? undefined : LEAF;
  const set: Building = {};
  for (const [element, [child, field]] of now)
    put(set, element, changedFields(then.get(element)?.[0], child, field));
  return before === undefined ? member(set) : orNothing(set);
}

/** Fields of `before` that `after` does not have. */
export function removedFields(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): FieldSet | undefined {
  if (before === undefined || before === after) return undefined;
  const [then, now] = both(before, after, schema);
  if (!then || !now) return after === undefined ? LEAF : undefined;
  const set: Building = {};
  for (const [element, [child, field]] of then)
    put(set, element, removedFields(child, now.get(element)?.[0], field));
  return after === undefined ? member(set) : orNothing(set);
}

type Elements = ReturnType<typeof children>;

/** The elements of two values that are compared one by one; undefined where they are compared as a whole. */
function both(before: unknown, after: unknown, schema: Schema | undefined): [Elements, Elements] {
  const then = children(before, schema);
  const now = children(after, schema);
  if (then && now && Array.isArray(before) !== Array.isArray(after)) return [undefined, undefined];
  const isAbsent = (value: unknown) => value === undefined || value === null;
  const elements: [Elements, Elements] = [
    then ?? (isAbsent(before) ? new Map() : undefined),
    now ?? (isAbsent(after) ? new Map() : undefined),
  ];
  return elements.some((each) => each && each.size > 0) ? elements : [undefined, undefined];
}

/** The set with all named fields above its members, too: what lies in `a.b` owns `a`, as long as that is no map. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const result: Building = {};
  for (const element in set) {
    if (element === '.') result[element] = {};
    else {
      const below =
        schema?.type === 'map' || schema?.list ? schema.items : schema?.fields?.get(element.slice(2));
      const fields = withNamedFields(set[element]!, below);
      result[element] = (isNamedField(element, schema) ? member(fields) : fields) as Building;
    }
  }
  return result;
}

/** Whether the root of a set belongs to it. */
export const belongs = (set: FieldSet): boolean => '.' in set || Object.keys(set).length === 0;

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
