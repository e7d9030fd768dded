import { jsonEqual } from '../rest/thaw.ts';
import { isRecord } from '../schema/prune.ts';
import type { Checks, Schema } from '../schema/schema.ts';
import type { FieldErrors } from '../status/field-errors.ts';

/** Checks a value against a structural schema; types have been checked by decoding. */
export function validateValue(value: unknown, schema: Schema, path: string, errors: FieldErrors): void {
  if (value === null && schema.nullable) return;
  if (schema.checks) check(value, schema.checks, path, errors);
  if (Array.isArray(value)) {
    validateList(value, schema, path, errors);
    return;
  }
  if (!isRecord(value)) return;
  for (const name of schema.required ?? []) if (value[name] === undefined) errors.required(join(path, name));
  if (schema.type === 'map') {
    for (const key in value) validateValue(value[key], schema.items!, join(path, key), errors);
    return;
  }
  for (const key in value) {
    const field = schema.fields?.get(key);
    // Metadata is checked as such.
    if (field && !(path === '' && key === 'metadata'))
      validateValue(value[key], field, join(path, key), errors);
  }
}

function validateList(list: readonly unknown[], schema: Schema, path: string, errors: FieldErrors): void {
  list.forEach((item, i) => {
    if (schema.items) validateValue(item, schema.items, `${path}[${i}]`, errors);
  });
  const { list: rule } = schema;
  if (!rule || rule.kind === 'atomic') return;
  const seen = new Set<string>();
  list.forEach((item, i) => {
    const id = rule.kind === 'map' && isRecord(item) ? rule.keys.map((key) => item[key]) : item;
    const text = JSON.stringify(id);
    if (seen.has(text)) errors.duplicate(`${path}[${i}]`, id);
    seen.add(text);
  });
}

/** Refuses changes where the schema says `self == oldSelf`. */
export function validateTransition(
  value: unknown,
  old: unknown,
  schema: Schema,
  path: string,
  errors: FieldErrors,
): void {
  if (value === old || value === undefined || old === undefined) return;
  if (schema.checks?.immutable !== undefined && !jsonEqual(value, old)) {
    errors.invalid(path, isRecord(value) ? 'object' : value, schema.checks.immutable);
  }
  if (!isRecord(value) || !isRecord(old)) return;
  for (const key in value) {
    const field = schema.type === 'map' ? schema.items : schema.fields?.get(key);
    if (field && !(path === '' && key === 'metadata')) {
      validateTransition(value[key], old[key], field, join(path, key), errors);
    }
  }
}

function check(value: unknown, checks: Checks, path: string, errors: FieldErrors): void {
  if (checks.enum && !checks.enum.some((allowed) => jsonEqual(allowed, value))) {
    errors.notSupported(path, value, checks.enum);
  }
  if (typeof value === 'number') checkNumber(value, checks, path, errors);
  else if (typeof value === 'string') checkString(value, checks, path, errors);
  else if (Array.isArray(value))
    checkSize(value.length, checks.minItems, checks.maxItems, 'items', value, path, errors);
  else if (isRecord(value)) {
    checkSize(
      Object.keys(value).length,
      checks.minProperties,
      checks.maxProperties,
      'properties',
      value,
      path,
      errors,
    );
  }
  if (
    checks.uniqueItems &&
    Array.isArray(value) &&
    new Set(value.map((item) => JSON.stringify(item))).size < value.length
  ) {
    errors.invalid(path, value, `${path} in body shouldn't contain duplicates`);
  }
}

function checkNumber(value: number, checks: Checks, path: string, errors: FieldErrors): void {
  const { minimum, maximum, multipleOf } = checks;
  const low = minimum !== undefined && (checks.exclusiveMinimum ? value <= minimum : value < minimum);
  const high = maximum !== undefined && (checks.exclusiveMaximum ? value >= maximum : value > maximum);
  const or = (exclusive: boolean | undefined) => (exclusive ? '' : ' or equal to');
  if (low)
    errors.invalid(
      path,
      value,
      `${path} in body should be greater than${or(checks.exclusiveMinimum)} ${minimum}`,
    );
  if (high)
    errors.invalid(
      path,
      value,
      `${path} in body should be less than${or(checks.exclusiveMaximum)} ${maximum}`,
    );
  if (multipleOf !== undefined && value % multipleOf !== 0) {
    errors.invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`);
  }
}

function checkString(value: string, checks: Checks, path: string, errors: FieldErrors): void {
  const { minLength, maxLength, pattern, format } = checks;
  if (minLength !== undefined && [...value].length < minLength) {
    errors.invalid(path, value, `${path} in body should be at least ${minLength} chars long`);
  }
  if (maxLength !== undefined && [...value].length > maxLength) {
    errors.invalid(path, value, `Too long: may not be more than ${maxLength} bytes`);
  }
  if (pattern && !pattern.test(value)) {
    errors.invalid(path, value, `${path} in body should match '${pattern.source}'`);
  }
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) {
    errors.invalid(path, value, `${path} in body must be of type date-time: ${JSON.stringify(value)}`);
  }
}

function checkSize(
  size: number,
  min: number | undefined,
  max: number | undefined,
  what: string,
  value: unknown,
  path: string,
  errors: FieldErrors,
): void {
  if (min !== undefined && size < min)
    errors.invalid(path, value, `${path} in body should have at least ${min} ${what}`);
  if (max !== undefined && size > max) errors.tooMany(path, size, max, what);
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
