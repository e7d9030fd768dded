import { apiVersionOf } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import { type Findings, isRecord, prune } from '../schema/prune.ts';
import { badRequest } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import type { WriteOptions } from './options.ts';

/** Turns a request's body into an object of the kind: typed, without unknown fields. Throws 400. */
export function decode(spec: ResourceSpec, body: unknown, options: WriteOptions): KubeObject {
  const { resource } = spec;
  if (!isRecord(body)) throw badRequest(`expected an object of kind ${resource.kind}, found ${found(body)}`);
  const apiVersion = apiVersionOf(resource);
  const { kind = resource.kind, apiVersion: given = apiVersion } = body as Partial<KubeObject>;
  if (given !== apiVersion) {
    throw badRequest(
      `the API version in the data (${given}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (kind !== resource.kind) {
    throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}`);
  }
  const pruned = pruneObject(spec, body, options);
  return { kind, apiVersion, ...pruned, metadata: (pruned as Partial<KubeObject>).metadata ?? {} };
}

/** Drops or refuses unknown fields, refuses values of a wrong type. Throws 400 or 422. */
export function pruneObject(spec: ResourceSpec, object: Record<string, unknown>, options: WriteOptions) {
  const findings: Findings = { unknown: [], mismatches: [] };
  const pruned = prune(object, spec.schema, findings) as Record<string, unknown>;
  const prefix = `${spec.resource.kind} in version "${spec.resource.version}" cannot be handled as a ${spec.resource.kind}`;
  if (spec.custom) refuseMismatches(spec, object, findings);
  const wrong = findings.mismatches[0];
  if (wrong) {
    const field = `${spec.resource.kind}.${wrong.path.replace(/\[\d+\]/g, '')}`;
    throw badRequest(
      `${prefix}: json: cannot unmarshal ${wrong.found} into Go struct field ${field} of type ${wrong.expected}`,
    );
  }
  if (findings.unknown.length > 0) {
    const texts = findings.unknown.map((path) => `unknown field "${path}"`);
    if (options.fieldValidation === 'Strict') {
      throw badRequest(`${prefix}: strict decoding error: ${texts.join(', ')}`);
    }
    if (options.fieldValidation !== 'Ignore') options.warnings?.push(...texts);
  }
  return pruned;
}

const JSON_NAMES: Readonly<Record<string, string>> = {
  slice: 'array',
  map: 'object',
  bool: 'boolean',
  int64: 'integer',
  float64: 'number',
};

/** Custom resources are not decoded into Go types: their schema refuses what does not fit. Throws 422. */
function refuseMismatches(
  spec: ResourceSpec,
  object: Record<string, unknown>,
  { mismatches }: Findings,
): void {
  const errors = new FieldErrors();
  for (const { path, found, expected } of mismatches) {
    const is = JSON_NAMES[found] ?? found;
    const detail = `${path} in body must be of type ${JSON_NAMES[expected] ?? expected}: ${JSON.stringify(is)}`;
    errors.typeInvalid(path, is, detail);
  }
  const { name = '' } = (object as Partial<KubeObject>).metadata ?? {};
  errors.throwIfAny(spec.resource, name);
}

const found = (value: unknown): string =>
  value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;

/**
 * The result of an apply, of which some fields may be null. Go types decode that as absent; a custom resource has been
 * through its decoder already and is refused. Throws 422.
 */
export function decodeApplyResult(spec: ResourceSpec, result: KubeObject): KubeObject {
  if (!spec.custom) return decode(spec, result, { fieldValidation: 'Ignore' });
  const { metadata, ...rest } = result;
  const findings: Findings = { unknown: [], mismatches: [], refuseNulls: true };
  const pruned = prune(rest, spec.schema, findings) as Record<string, unknown>;
  refuseMismatches(spec, result, findings);
  return { ...pruned, ...decode(spec, { metadata }, {}) };
}
