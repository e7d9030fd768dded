import { readFileSync } from 'node:fs';
import { ATOMIC_MAPS, ATOMIC_TYPES, LIST_RULES } from './list-rules.ts';
import { ANY, type Schema, type SchemaType } from './schema.ts';
import { SERVED_TYPES } from './served-types.ts';

type Notation = Readonly<Record<string, Readonly<Record<string, string>>>>;

const SCALARS: ReadonlyMap<string, Schema> = new Map(
  (['string', 'integer', 'number', 'boolean', 'time', 'quantity', 'intOrString'] as SchemaType[]).map(
    (type) => [type, { type }],
  ),
);

const notation: Notation = JSON.parse(readFileSync(new URL('types.json', import.meta.url), 'utf8'));
const compiled = new Map<string, Schema>();

/** The schema of a model, such as `V1Pod`. Compiled on first use; see generate.ts for the notation. */
export function modelSchema(model: string): Schema {
  const known = compiled.get(model);
  if (known) return known;
  const described = notation[model];
  if (!described) throw new Error(`no model ${model} in types.json: add it to served-types.ts and generate`);
  const fields = new Map<string, Schema>();
  const required: string[] = [];
  const schema: Schema = { type: 'object', name: model, fields, required, atomic: ATOMIC_TYPES.has(model) };
  compiled.set(model, schema);
  for (const [field, text] of Object.entries(described)) {
    if (text.startsWith('!')) required.push(field);
    fields.set(field, fieldSchema(model, field, text.replace(/^!/, '')));
  }
  return schema;
}

function fieldSchema(model: string, field: string, text: string): Schema {
  if (text.startsWith('[]')) {
    const list = LIST_RULES[model]?.[field];
    return { type: 'list', items: named(text.slice(2)), ...(list && { list }) };
  }
  if (text.startsWith('{}')) {
    return { type: 'map', items: named(text.slice(2)), atomic: ATOMIC_MAPS.has(`${model}.${field}`) };
  }
  return named(text);
}

function named(text: string): Schema {
  return SCALARS.get(text) ?? (notation[text] ? modelSchema(text) : ANY);
}

/** The schema of a built-in kind. */
export function builtinSchema(kind: keyof typeof SERVED_TYPES): Schema {
  return modelSchema(SERVED_TYPES[kind]);
}

export const OBJECT_META: Schema = modelSchema('V1ObjectMeta');
