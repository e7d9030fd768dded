/**
 * OpenAPI as far as clients need it: kubectl looks whether a kind takes `fieldValidation` and then lets the
 * server validate; `kubectl explain` reads the fields.
 */
import { apiVersionOf } from '../../resources.ts';
import type { Registry, Served } from '../registry/registry.ts';
import type { Schema } from '../schema/schema.ts';
import type { Document } from './documents.ts';
import { encodeOpenApiV2, OPENAPI_V2_PROTOBUF } from './openapi-v2-protobuf.ts';

type Json = Record<string, unknown>;

export function openApiDocument(registry: Registry, path: string, accept = ''): Document | undefined {
  if (path === '/openapi/v2' && accept.includes('proto-openapi')) {
    return { body: encodeOpenApiV2(version2(registry)), contentType: OPENAPI_V2_PROTOBUF };
  }
  if (path === '/openapi/v3') return json(index(registry));
  if (path === '/openapi/v2') return json(version2(registry));
  const match = /^\/openapi\/v3\/(api\/v1|apis\/[^/]+\/[^/]+)$/.exec(path);
  if (!match) return undefined;
  const [, second = '', third = ''] = match[1]!.split('/');
  const apiVersion = third === '' ? second : `${second}/${third}`;
  const served = [...registry.all()].filter(({ spec }) => apiVersionOf(spec.resource) === apiVersion);
  return served.length === 0 ? undefined : json(version3(served));
}

const json = (body: unknown): Document => ({ body, contentType: 'application/json' });

function index(registry: Registry): Json {
  const paths: Record<string, Json> = {};
  for (const { spec } of registry.all()) {
    const { group } = spec.resource;
    const root = `${group === '' ? 'api' : 'apis'}/${apiVersionOf(spec.resource)}`;
    paths[root] = { serverRelativeURL: `/openapi/v3/${root}?hash=${registry.generation}` };
  }
  return { paths };
}

const INFO = { title: 'churnlab', version: 'v1.34.0' };

function version3(served: readonly Served[]): Json {
  const schemas: Json = {};
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.assign({}, ...served.map((one) => paths(one, schemas, '#/components/schemas/'))),
    components: { schemas },
  };
}

function version2(registry: Registry) {
  const definitions: Json = {};
  const all = [...registry.all()].map((one) => paths(one, definitions, '#/definitions/'));
  return { swagger: '2.0', info: INFO, paths: Object.assign({}, ...all), definitions };
}

const QUERY = (name: string, type: string) => ({
  name,
  in: 'query',
  schema: { type },
  type,
  uniqueItems: true,
});

function paths({ spec }: Served, schemas: Json, prefix: string): Json {
  const { group, version, kind, plural, namespaced } = spec.resource;
  const root = `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(spec.resource)}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const name = rootName(spec.schema, group, version, kind);
  schemas[name] = {
    ...(describe(spec.schema, schemas, prefix, true) as Json),
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  };
  const write = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: [
      QUERY('dryRun', 'string'),
      QUERY('fieldManager', 'string'),
      QUERY('fieldValidation', 'string'),
    ],
    responses: { 200: { description: 'OK' } },
  });
  const read = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
    responses: { 200: { description: 'OK' } },
  });
  return {
    [root]: { get: read('list'), post: write('post') },
    [`${root}/{name}`]: {
      get: read('get'),
      put: write('put'),
      patch: write('patch'),
      delete: read('delete'),
    },
  };
}

const rootName = ({ name }: Schema, group: string, version: string, kind: string): string =>
  name === undefined ? `${group.split('.').reverse().join('.')}.${version}.${kind}` : modelName(name);

const modelName = (name: string): string => `io.k8s.api.${name}`;

/** A schema as OpenAPI; models become definitions of their own, which also ends recursion. */
function describe(schema: Schema, definitions: Json, prefix: string, inline = false): unknown {
  if (schema.name !== undefined && !inline) {
    const name = modelName(schema.name);
    if (!(name in definitions)) {
      definitions[name] = {};
      definitions[name] = describe(schema, definitions, prefix, true);
    }
    return { $ref: prefix + name };
  }
  switch (schema.type) {
    case 'object': {
      const properties: Json = {};
      for (const [field, child] of schema.fields ?? [])
        properties[field] = describe(child, definitions, prefix);
      return { type: 'object', properties, ...(schema.required?.length && { required: schema.required }) };
    }
    case 'map':
      return { type: 'object', additionalProperties: describe(schema.items!, definitions, prefix) };
    case 'list':
      return {
        type: 'array',
        items: describe(schema.items!, definitions, prefix),
        ...listExtensions(schema),
      };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'quantity':
      return { type: 'string' };
    case 'intOrString':
      return { type: 'string', format: 'int-or-string' };
    case 'any':
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    default:
      return { type: schema.type };
  }
}

/** What tells clients how lists merge, so that they compute the same patches as the server. */
function listExtensions({ list }: Schema): Json {
  if (!list) return { 'x-kubernetes-list-type': 'atomic' };
  const mergeKey = list.kind === 'set' ? undefined : list.mergeKey;
  return {
    'x-kubernetes-list-type': list.kind,
    ...(list.kind === 'map' && { 'x-kubernetes-list-map-keys': list.keys }),
    ...((mergeKey || (list.kind === 'set' && list.strategic)) && { 'x-kubernetes-patch-strategy': 'merge' }),
    ...(mergeKey && { 'x-kubernetes-patch-merge-key': mergeKey }),
  };
}
