import type { Schema } from './schema.ts';

/** A value of the wrong type: what was found, where, and what was expected, in encoding/json's words. */
export interface TypeMismatch {
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** What pruning found. Paths look like `spec.containers[0].foo`. */
export interface Findings {
  readonly unknown: string[];
  readonly mismatches: TypeMismatch[];
  /** A null counts as a value of a wrong type, where no decoder drops it any more. */
  readonly refuseNulls?: boolean;
}

const EXPECTED: Partial<Record<Schema['type'], string>> = {
  integer: 'int64',
  number: 'float64',
  boolean: 'bool',
  string: 'string',
  list: 'slice',
};

/**
 * Brings a value to its type: unknown fields and nulls go, as they do in a typed decoder, and both unknown
 * fields and values of a wrong type are reported. Shares whatever needs no change with the input. Frozen
 * values come from the store and are right already.
 */
export function prune(value: unknown, schema: Schema, findings: Findings, path = ''): unknown {
  if (typeof value === 'object' && value !== null && Object.isFrozen(value)) return value;
  switch (schema.type) {
    case 'any':
      return value;
    case 'object':
      return isRecord(value)
        ? pruneObject(value, schema, findings, path)
        : mismatch(value, 'object', findings, path);
    case 'map':
      return isRecord(value)
        ? pruneMap(value, schema, findings, path)
        : mismatch(value, 'map', findings, path);
    case 'list':
      return Array.isArray(value)
        ? pruneList(value, schema, findings, path)
        : mismatch(value, 'slice', findings, path);
    case 'time':
    case 'string':
      return typeof value === 'string' ? value : mismatch(value, 'string', findings, path);
    case 'quantity':
      return typeof value === 'number'
        ? String(value)
        : scalar(value, typeof value === 'string', schema, findings, path);
    case 'intOrString':
      return scalar(value, typeof value === 'string' || Number.isInteger(value), schema, findings, path);
    case 'integer':
      return scalar(value, Number.isInteger(value), schema, findings, path);
    default:
      return scalar(value, typeof value === schema.type, schema, findings, path);
  }
}

function pruneObject(value: Record<string, unknown>, schema: Schema, findings: Findings, path: string) {
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const child = value[key];
    const field = schema.fields?.get(key);
    if (field === undefined) {
      if (schema.preserveUnknown) continue;
      findings.unknown.push(join(path, key));
    } else if (child !== null || field.nullable) {
      const pruned = child === null ? null : prune(child, field, findings, join(path, key));
      if (pruned !== child) {
        copy ??= { ...value };
        copy[key] = pruned;
      }
      continue;
    } else if (findings.refuseNulls && field.default === undefined) {
      mismatch(null, EXPECTED[field.type] ?? field.type, findings, join(path, key));
      continue;
    }
    copy ??= { ...value };
    delete copy[key];
  }
  return copy ?? value;
}

function pruneMap(value: Record<string, unknown>, schema: Schema, findings: Findings, path: string) {
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const child = value[key];
    const pruned =
      child === null ? emptyOf(schema.items!) : prune(child, schema.items!, findings, join(path, key));
    if (pruned !== child) {
      copy ??= { ...value };
      copy[key] = pruned;
    }
  }
  return copy ?? value;
}

function pruneList(value: unknown[], schema: Schema, findings: Findings, path: string) {
  let copy: unknown[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const pruned = prune(value[i], schema.items!, findings, `${path}[${i}]`);
    if (pruned !== value[i]) {
      copy ??= [...value];
      copy[i] = pruned;
    }
  }
  return copy ?? value;
}

function scalar(value: unknown, fits: boolean, schema: Schema, findings: Findings, path: string): unknown {
  return fits ? value : mismatch(value, EXPECTED[schema.type] ?? schema.type, findings, path);
}

function mismatch(value: unknown, expected: string, findings: Findings, path: string): unknown {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  findings.mismatches.push({ path, found: value === null ? 'null' : found, expected });
  return value;
}

/** A null in a map of scalars is decoded as the zero value. */
function emptyOf(schema: Schema): unknown {
  return schema.type === 'string' ? '' : null;
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
