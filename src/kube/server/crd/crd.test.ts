import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRDS, NODE_NETWORKS } from '../../resources.ts';
import type { KubeObject, Resource } from '../../types.ts';
import { TestServer } from '../testing/test-server.ts';
import type { Crd, JsonSchema } from './crd.ts';

let server: TestServer;
const WIDGETS: Resource = {
  group: 'example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
};

const schema: JsonSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        code: { type: 'string', pattern: '^[a-z]+$' },
        fixed: {
          type: 'string',
          'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'is fixed' }],
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        port: { 'x-kubernetes-int-or-string': true },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};

function definition(overrides: Partial<Crd['spec']> = {}, openAPIV3Schema = schema): Crd {
  const { group, plural, kind } = WIDGETS;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, shortNames: ['wd'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema },
          subresources: { status: {} },
          additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        },
        { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema } },
      ],
      ...overrides,
    },
  };
}

const widget = (name: string, spec: object): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'default' },
  spec,
});
const create = (name: string, spec: object) => server.client.create(WIDGETS, widget(name, spec));
const patch = (name: string, body: object, subresource?: 'status') =>
  server.client.patch(WIDGETS, name, 'default', { type: 'merge', body, ...(subresource && { subresource }) });

beforeAll(async () => {
  server = await TestServer.start();
  await server.client.create(CRDS, definition());
});
afterAll(() => server[Symbol.asyncDispose]());

test('a definition is established and shows in discovery', async () => {
  const crd = await server.client.get<Crd>(CRDS, 'widgets.example.com');
  expect(crd.status).toMatchObject({
    conditions: [
      { type: 'NamesAccepted', status: 'True' },
      { type: 'Established', status: 'True' },
    ],
    acceptedNames: { singular: 'widget', listKind: 'WidgetList' },
    storedVersions: ['v1'],
  });
  const resources = (await server.request('/apis/example.com/v1')).json<{ resources: { name: string }[] }>();
  expect(resources.resources.map(({ name }) => name)).toEqual(['widgets', 'widgets/status']);
});

test('NodeNetwork is there from the start', async () => {
  expect((await server.client.list(NODE_NETWORKS)).items).toEqual([]);
});

test('objects are pruned and get their defaults', async () => {
  const made = await create('pruned', { size: 1, unknown: true, free: { any: { thing: 1 } }, port: 'http' });
  expect(made.spec).toEqual({ size: 1, color: 'red', free: { any: { thing: 1 } }, port: 'http' });
});

test.each([
  [{}, 'spec.size: Required value'],
  [{ size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
  [{ size: 11 }, 'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10'],
  [{ size: 1, color: 'blue' }, 'spec.color: Unsupported value: "blue": supported values: "red", "green"'],
  [{ size: 1, code: 'A1' }, `spec.code: Invalid value: "A1": spec.code in body should match '^[a-z]+$'`],
  [{ size: 'x' }, 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
])('%j is refused', async (spec, text) => {
  await expect(create('bad', spec)).rejects.toMatchObject({
    status: 422,
    message: `Widget.example.com "bad" is invalid: ${text}`,
  });
});

test('self == oldSelf makes a field immutable', async () => {
  await create('fixed', { size: 1, fixed: 'a' });
  await expect(patch('fixed', { spec: { fixed: 'b' } })).rejects.toMatchObject({
    message: 'Widget.example.com "fixed" is invalid: spec.fixed: Invalid value: "b": is fixed',
  });
  await expect(patch('fixed', { spec: { size: 2 } })).resolves.toMatchObject({ metadata: { generation: 2 } });
});

test('the status is written by its subresource only, and leaves metadata alone', async () => {
  const made = await create('status', { size: 1 });
  expect((await patch('status', { status: { phase: 'x' } })).status).toBeUndefined();
  const body = { metadata: { labels: { a: 'b' } }, spec: { size: 5 }, status: { phase: 'x' } };
  const written = await patch('status', body, 'status');
  expect(written).toMatchObject({
    spec: { size: 1 },
    status: { phase: 'x' },
    metadata: { generation: made.metadata.generation },
  });
  expect(written.metadata.labels).toBeUndefined();
});

test('an update has to name a version', async () => {
  const { metadata, ...rest } = await create('blind', { size: 1 });
  const { resourceVersion: _, ...blind } = metadata;
  await expect(
    server.client.replace(WIDGETS, { ...rest, metadata: blind } as KubeObject),
  ).rejects.toMatchObject({
    message: expect.stringContaining(
      'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ),
  });
});

test('strategic merge patches are refused for custom resources', async () => {
  await expect(
    server.client.patch(WIDGETS, 'fixed', 'default', { type: 'strategic', body: {} }),
  ).rejects.toMatchObject({ status: 415 });
});

test('other versions show the same objects', async () => {
  await create('versions', { size: 3 });
  const beta = { ...WIDGETS, version: 'v1beta1' };
  expect(await server.client.get(beta, 'versions', 'default')).toMatchObject({
    apiVersion: 'example.com/v1beta1',
    spec: { size: 3 },
  });
  const { json } = await server.request('/apis/example.com/v1beta1/namespaces/default/widgets/versions');
  expect(json()).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 3 } });
});

test('columns come from the definition', async () => {
  const headers = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
  const { json } = await server.request('/apis/example.com/v1/namespaces/default/widgets/versions', {
    headers,
  });
  expect(json()).toMatchObject({
    columnDefinitions: [{ name: 'Name' }, { name: 'Size' }],
    rows: [{ cells: ['versions', 3] }],
  });
});

test('rules that are not checked are warned about', async () => {
  const rule: JsonSchema = { type: 'object', 'x-kubernetes-validations': [{ rule: 'self.a < self.b' }] };
  const names = { plural: 'rules', kind: 'Rule' };
  const { status, headers } = await server.request(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: {
        ...definition({
          names,
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: rule } }],
        }),
        metadata: { name: 'rules.example.com' },
      },
    },
  );
  expect(status).toBe(201);
  expect(headers.warning).toContain('the rule \\"self.a < self.b\\" is not checked by this server');
});

test('definitions that are not structural are refused', async () => {
  const loose = {
    ...definition({ names: { plural: 'looses', kind: 'Loose' } }, { type: 'object', properties: { a: {} } }),
    metadata: { name: 'looses.example.com' },
  };
  await expect(server.client.create(CRDS, loose)).rejects.toMatchObject({
    message: expect.stringContaining(
      'properties[a].type: Required value: must not be empty for specified object fields',
    ),
  });
});

test('with the definition go the objects and the paths', async () => {
  const seen: string[] = [];
  const ended = (async () => {
    for await (const { type } of server.client.watch(WIDGETS, { signal: new AbortController().signal }))
      seen.push(type);
  })();
  await server.client.delete(CRDS, 'widgets.example.com');
  await ended;
  expect(seen).toContain('DELETED');
  await expect(server.client.list(WIDGETS)).rejects.toMatchObject({ status: 404 });
  await server.client.create(CRDS, definition());
  expect((await server.client.list(WIDGETS)).items).toEqual([]);
});
