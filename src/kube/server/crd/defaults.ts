import { thaw } from '../rest/thaw.ts';
import { isRecord } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';

/** Fills in a structural schema's defaults, in place (k8s.io/apiextensions-apiserver: schema/defaulting). */
export function applyDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) applyDefaults(item, schema.items);
    return;
  }
  if (!isRecord(value)) return;
  if (schema.type === 'map' && schema.items) for (const key in value) applyDefaults(value[key], schema.items);
  for (const [name, field] of schema.fields ?? []) {
    const absent = value[name] === undefined || (value[name] === null && !field.nullable);
    if (absent && field.default !== undefined) value[name] = thaw(field.default);
    if (value[name] !== undefined) applyDefaults(value[name], field);
  }
}
