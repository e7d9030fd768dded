import type { JsonSchema } from '../json-schema.ts';
import { isFields, typeOf } from './field-type.ts';

/** A heading with a table of fields below it. */
export interface Section {
  readonly title: string;
  /** Says when the fields apply, for a variant of a union. */
  readonly intro: string;
  readonly rows: readonly (readonly [name: string, type: string, fallback: string, meaning: string])[];
}

/** Fields that are documented elsewhere: an override has those of the spec. */
const ELSEWHERE = ['overrides'];

/** One section for each place that holds fields, from the outside in, the variants of a place one after the other. */
export function sectionsOf(schema: JsonSchema, place = ''): Section[] {
  const sections: Section[] = [];
  const nested = new Map<string, JsonSchema[]>();
  const variants = schema.anyOf ?? [schema];
  for (const variant of variants) {
    const properties = Object.entries(variant.properties ?? {});
    const rows = properties.map(([name, field]) =>
      row(name, field, variant.required?.includes(name) ?? false),
    );
    sections.push({ title: place, intro: introOf(variant, variants), rows });
    for (const [name, field] of properties) {
      const inner = innerOf(field);
      if (inner === undefined || ELSEWHERE.includes(name)) continue;
      const path = `${place === '' ? '' : `${place}.`}${name}${field.items === undefined ? '' : '[]'}`;
      const seen = nested.get(path) ?? [];
      if (!seen.some((other) => JSON.stringify(other) === JSON.stringify(inner)))
        nested.set(path, [...seen, inner]);
    }
  }
  for (const [path, inner] of nested) sections.push(...inner.flatMap((each) => sectionsOf(each, path)));
  return sections;
}

function innerOf(field: JsonSchema): JsonSchema | undefined {
  const inner = field.items ?? field;
  return isFields(inner) ? inner : undefined;
}

function row(name: string, field: JsonSchema, required: boolean): Section['rows'][number] {
  const fallback = required
    ? '**required**'
    : field.default === undefined || isFields(field)
      ? ''
      : inline(field.default);
  const example = field.examples?.[0];
  const meaning = [field.description ?? '', example === undefined ? '' : `Example: ${inline(example)}`];
  return [`\`${name}\``, typeOf(field), fallback, meaning.filter((part) => part !== '').join(' ')];
}

/** `With process: ramp` and what the tag says of itself. */
function introOf(variant: JsonSchema, variants: readonly JsonSchema[]): string {
  if (variants.length === 1) return '';
  const properties = Object.entries(variant.properties ?? {});
  const [name, field] = properties.find(([, { const: value }]) => value !== undefined) ?? [];
  if (name !== undefined && field !== undefined) {
    // Two variants of one tag are told apart by the fields that they must have.
    const twins = variants.filter(
      (other) => other !== variant && other.properties?.[name]?.const === field.const,
    );
    const own = variant.required?.filter((key) => twins.every((twin) => !twin.properties?.[key])) ?? [];
    const fields = twins.length === 0 ? '' : ` and ${own.map((key) => `\`${key}\``).join(', ')}`;
    return `With \`${name}: ${field.const}\`${fields}:`;
  }
  const own = variant.required?.find((key) =>
    variants.every((other) => other === variant || !other.properties?.[key]),
  );
  return own === undefined ? '' : `With \`${own}\`:`;
}

/** A value as it stands in a file, in one line. */
function inline(value: unknown): string {
  return `\`${flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
