import { OBJECT_META } from '../schema/builtin.ts';
import { ANY, type Checks, type ListRule, type Schema, type SchemaType } from '../schema/schema.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import type { JsonSchema } from './crd.ts';

const SCALARS: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean']);
const CHECKS = [
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'format',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'multipleOf',
] as const;
const IMMUTABLE = /^\s*self\s*==\s*oldSelf\s*$/;
const STRING: Schema = { type: 'string' };

/** What compiling found: errors refuse the CRD, warnings say what will not be checked. */
export interface Problems {
  readonly errors: FieldErrors;
  readonly warnings: string[];
}

/** Compiles the structural schema of a whole custom resource. */
export function compileCustomResource(source: JsonSchema, path: string, problems: Problems): Schema {
  const { fields = new Map<string, Schema>(), ...schema } = compileSchema(
    { ...source, type: 'object' },
    path,
    problems,
  );
  const own = new Map([
    ...fields,
    ['apiVersion', STRING],
    ['kind', STRING],
    ['metadata', OBJECT_META],
  ] as const);
  return { ...schema, type: 'object', fields: own };
}

/** Compiles a structural schema, reporting what is not structural or not supported. */
export function compileSchema(source: JsonSchema, path: string, problems: Problems): Schema {
  for (const combination of ['allOf', 'anyOf', 'oneOf', 'not'] as const) {
    if (source[combination] && !source['x-kubernetes-int-or-string']) {
      problems.warnings.push(`${path}.${combination} is not checked by this server`);
    }
  }
  const type = typeOf(source, path, problems);
  const checks = checksOf(source, path, problems);
  const list = listRuleOf(source, path, problems);
  const items = itemsOf(source, type, path, problems);
  return {
    type,
    ...(source.properties && { fields: compileFields(source.properties, path, problems) }),
    ...(source.required && { required: source.required }),
    ...(items && { items }),
    ...(list && { list }),
    ...(source['x-kubernetes-map-type'] === 'atomic' && { atomic: true }),
    ...(source['x-kubernetes-preserve-unknown-fields'] && { preserveUnknown: true }),
    ...(source.nullable && { nullable: true }),
    ...(source.default !== undefined && { default: source.default }),
    ...(checks && { checks }),
  };
}

function compileFields(properties: Readonly<Record<string, JsonSchema>>, path: string, problems: Problems) {
  const fields = new Map<string, Schema>();
  for (const [name, property] of Object.entries(properties)) {
    fields.set(name, compileSchema(property, `${path}.properties[${name}]`, problems));
  }
  return fields;
}

function typeOf(source: JsonSchema, path: string, problems: Problems): SchemaType {
  if (source['x-kubernetes-int-or-string']) return 'intOrString';
  const { type } = source;
  if (type === 'array') return 'list';
  if (type === 'object') return source.additionalProperties && !source.properties ? 'map' : 'object';
  if (type !== undefined && SCALARS.has(type)) return type as SchemaType;
  if (type === undefined && source['x-kubernetes-preserve-unknown-fields']) return 'any';
  if (type === undefined || type === '')
    problems.errors.required(`${path}.type`, 'must not be empty for specified object fields');
  else
    problems.errors.notSupported(`${path}.type`, type, [
      'array',
      'boolean',
      'integer',
      'number',
      'object',
      'string',
    ]);
  return 'any';
}

function itemsOf(source: JsonSchema, type: SchemaType, path: string, problems: Problems): Schema | undefined {
  if (type === 'list') {
    if (!source.items) {
      problems.errors.required(`${path}.items`, 'must be specified');
      return ANY;
    }
    return compileSchema(source.items, `${path}.items`, problems);
  }
  if (type !== 'map') return undefined;
  const { additionalProperties } = source;
  if (typeof additionalProperties !== 'object') return ANY;
  return compileSchema(additionalProperties, `${path}.additionalProperties`, problems);
}

function listRuleOf(source: JsonSchema, path: string, { errors }: Problems): ListRule | undefined {
  const kind = source['x-kubernetes-list-type'];
  if (kind === 'set') return { kind: 'set', strategic: false };
  if (kind !== 'map') return undefined;
  const keys = source['x-kubernetes-list-map-keys'] ?? [];
  if (keys.length === 0) {
    errors.required(
      `${path}.x-kubernetes-list-map-keys`,
      'must not be empty if x-kubernetes-list-type is map',
    );
    return undefined;
  }
  return { kind: 'map', keys };
}

function checksOf(source: JsonSchema, path: string, problems: Problems): Checks | undefined {
  const checks: Record<string, unknown> = {};
  for (const name of CHECKS) if (source[name] !== undefined) checks[name] = source[name];
  if (source.pattern !== undefined) {
    try {
      checks.pattern = new RegExp(source.pattern);
    } catch (error) {
      problems.errors.invalid(
        `${path}.pattern`,
        source.pattern,
        `must be a valid regular expression, but isn't: ${error}`,
      );
    }
  }
  for (const { rule, message } of source['x-kubernetes-validations'] ?? []) {
    if (IMMUTABLE.test(rule)) checks.immutable = message ?? `failed rule: ${rule.trim()}`;
    else
      problems.warnings.push(
        `${path}.x-kubernetes-validations: the rule ${JSON.stringify(rule)} is not checked by this server`,
      );
  }
  return Object.keys(checks).length > 0 ? (checks as Checks) : undefined;
}
