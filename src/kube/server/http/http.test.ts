import { statSync } from 'node:fs';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_MAPS, EVENTS, NAMESPACES, NODES, PODS } from '../../resources.ts';
import type { ObjectMeta } from '../../types.ts';
import { podManifest, TestServer } from '../testing/test-server.ts';

let server: TestServer;
const JSON_TYPE = { 'content-type': 'application/json' };
const CONFIG_MAP_PATH = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  server = await TestServer.start();
  await server.client.create(PODS, podManifest('p', { app: 'web' }));
});
afterAll(() => server[Symbol.asyncDispose]());

test("the unix socket is its owner's alone", () => {
  expect(statSync(server.socketPath).mode & 0o777).toBe(0o600);
});

test.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic dG9rZW46dG9rZW4=' }])(
  '401 with %j',
  async (given) => {
    const headers = { authorization: '', ...given };
    const { status, json } = await server.request('/api/v1/pods', { headers });
    expect(status).toBe(401);
    expect(json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  },
);

test('health and version need no token', async () => {
  for (const path of ['/healthz', '/livez', '/readyz', '/readyz/ping']) {
    expect(await server.request(path, { headers: { authorization: '' } })).toMatchObject({
      status: 200,
      text: 'ok',
    });
  }
  const { json } = await server.request('/version', { headers: { authorization: '' } });
  expect(json()).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) });
});

test('errors are Status objects with the right code, reason and text', async () => {
  const cases = [
    ['GET', '/api/v1/namespaces/default/pods/none', 404, 'NotFound', 'pods "none" not found'],
    [
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/default/leases/none',
      404,
      'NotFound',
      'leases.coordination.k8s.io "none" not found',
    ],
    ['GET', '/api/v1/things', 404, 'NotFound', 'the server could not find the requested resource'],
    [
      'PUT',
      '/api/v1/namespaces',
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    ],
    [
      'GET',
      '/api/v1/namespaces/default/pods/p/log',
      400,
      'BadRequest',
      expect.stringContaining('pod p has no logs'),
    ],
    ['GET', '/api/v1/pods?labelSelector=a%20b', 400, 'BadRequest', expect.any(String)],
    ['GET', '/api/v1/pods?limit=x', 400, 'BadRequest', expect.any(String)],
  ] as const;
  for (const [method, path, code, reason, message] of cases) {
    const answer = await server.request(path, { method });
    expect(answer.status).toBe(code);
    expect(answer.json()).toMatchObject({ kind: 'Status', status: 'Failure', code, reason, message });
  }
});

test('creating twice, and into a namespace that is not there', async () => {
  const body = { metadata: { name: 'twice' } };
  expect((await server.request(CONFIG_MAP_PATH, { method: 'POST', headers: JSON_TYPE, body })).status).toBe(
    201,
  );
  const again = await server.request(CONFIG_MAP_PATH, { method: 'POST', headers: JSON_TYPE, body });
  expect(again.json()).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "twice" already exists',
  });
  const path = '/api/v1/namespaces/nowhere/configmaps';
  const lost = await server.request(path, { method: 'POST', headers: JSON_TYPE, body });
  expect(lost.json()).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
});

test('bodies: YAML is read, what is no object is refused', async () => {
  const post = (type: string, body: unknown) =>
    server.request(CONFIG_MAP_PATH, { method: 'POST', headers: { 'content-type': type }, body });
  expect((await post('application/yaml', 'metadata: { name: yaml }\ndata: { a: b }\n')).status).toBe(201);
  expect((await post('application/json', '{')).json()).toMatchObject({ code: 400 });
  expect((await post('application/json', '[]')).json()).toMatchObject({ code: 400 });
  expect((await post('text/csv', 'a')).json()).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  expect(
    (await post('application/json', `{"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}}`)).json(),
  ).toMatchObject({ code: 413 });
  expect((await post('application/json', { kind: 'Pod', metadata: { name: 'x' } })).json()).toMatchObject({
    code: 400,
  });
});

test('unknown fields: dropped with a warning, or refused', async () => {
  const post = (validation: string) =>
    server.request(`${CONFIG_MAP_PATH}?dryRun=All&fieldValidation=${validation}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: { metadata: { name: 'fields' }, foo: 1 },
    });
  const warned = await post('Warn');
  expect(warned.json()).not.toHaveProperty('foo');
  expect(warned.headers.warning).toBe('299 - "unknown field \\"foo\\""');
  expect((await post('Ignore')).headers.warning).toBeUndefined();
  expect((await post('Strict')).json()).toMatchObject({
    code: 400,
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
  });
  const wrong = await server.request(CONFIG_MAP_PATH, {
    method: 'POST',
    headers: JSON_TYPE,
    body: { metadata: { name: 'x' }, data: { a: 1 } },
  });
  expect(wrong.json()).toMatchObject({
    code: 400,
    message: expect.stringContaining(
      'cannot unmarshal number into Go struct field ConfigMap.data.a of type string',
    ),
  });
});

test('clients that insist on protobuf answers are told what there is', async () => {
  const only = await server.request('/api/v1/pods', {
    headers: { accept: 'application/vnd.kubernetes.protobuf' },
  });
  expect(only.json()).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  const either = await server.request('/api/v1/pods', {
    headers: { accept: 'application/vnd.kubernetes.protobuf, */*' },
  });
  expect(either).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
});

test('items of built-in lists come without kind and apiVersion', async () => {
  const { items, ...list } = (await server.request('/api/v1/pods')).json<{ items: object[] }>();
  expect(list).toMatchObject({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
  });
  expect(items[0]).not.toHaveProperty('kind');
  expect(items[0]).toMatchObject({ metadata: { name: 'p' } });
});

test('tables and metadata', async () => {
  const table = await server.request('/api/v1/pods', {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
  });
  expect(table.json()).toMatchObject({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    rows: [
      {
        cells: ['p', '0/1', 'Pending', '0', expect.any(String), '<none>', '<none>', '<none>', '<none>'],
        object: { kind: 'PartialObjectMetadata' },
      },
    ],
  });
  const partial = await server.request('/api/v1/pods', {
    headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
  });
  expect(partial.json()).toMatchObject({
    kind: 'PartialObjectMetadataList',
    items: [{ metadata: { name: 'p' } }],
  });
});

test('large answers are compressed for those who ask', async () => {
  const data = { big: 'x'.repeat(300_000) };
  await server.client.create(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'big', namespace: 'default' },
    data,
  });
  const { promise, resolve } = Promise.withResolvers<{ encoding: string | undefined; body: Buffer }>();
  const headers = { authorization: 'Bearer token', 'accept-encoding': 'gzip' };
  request({ socketPath: server.socketPath, path: `${CONFIG_MAP_PATH}/big`, headers }, async (answer) => {
    resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(await answer.toArray()) });
  }).end();
  const { encoding, body } = await promise;
  expect(encoding).toBe('gzip');
  expect(body.length).toBeLessThan(10_000);
  expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({ data });
  expect((await server.request(`${CONFIG_MAP_PATH}/big`)).headers['content-encoding']).toBeUndefined();
});

test('a collection is deleted by selector', async () => {
  for (const name of ['d1', 'd2', 'd3']) {
    const metadata = { name, namespace: 'default', labels: { gone: name === 'd3' ? 'no' : 'yes' } };
    await server.client.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  }
  const { json } = await server.request(`${CONFIG_MAP_PATH}?labelSelector=gone%3Dyes`, { method: 'DELETE' });
  expect(json<{ items: object[] }>().items).toHaveLength(2);
  const left = await server.client.list(CONFIG_MAPS, { labelSelector: 'gone' });
  expect(left.items.map(({ metadata }) => metadata.name)).toEqual(['d3']);
});

test('a namespace that is being deleted takes nothing new, and goes when it is finalized', async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short' } };
  await server.client.create(NAMESPACES, namespace);
  const marked = await server.client.delete(NAMESPACES, 'short');
  expect(marked).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
  const late = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace: 'short' } };
  await expect(server.client.create(CONFIG_MAPS, late)).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('because it is being terminated'),
  });
  const { status } = await server.request('/api/v1/namespaces/short/finalize', {
    method: 'PUT',
    headers: JSON_TYPE,
    body: { ...namespace, spec: { finalizers: [] } },
  });
  expect(status).toBe(200);
  await expect(server.client.get(NAMESPACES, 'short')).rejects.toMatchObject({ reason: 'NotFound' });
});

test('events are the same in both groups', async () => {
  const regarding = { kind: 'Pod', namespace: 'default', name: 'p' };
  const body = {
    metadata: { name: 'e1' },
    regarding,
    note: 'hello',
    reason: 'Testing',
    type: 'Normal',
    reportingController: 'test',
  };
  const path = '/apis/events.k8s.io/v1/namespaces/default/events';
  const made = await server.request(path, { method: 'POST', headers: JSON_TYPE, body });
  expect(made.json()).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'hello' });
  expect(await server.client.get(EVENTS, 'e1', 'default')).toMatchObject({
    apiVersion: 'v1',
    involvedObject: regarding,
    message: 'hello',
  });
  const found = await server.request(`${path}?fieldSelector=regarding.name%3Dp`);
  expect(found.json<{ items: object[] }>().items).toMatchObject([{ note: 'hello' }]);
  const patched = await server.request(`${path}/e1`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { note: 'bye' },
  });
  expect(patched.json()).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'bye' });
});

test('json patches, with their tests', async () => {
  await server.client.create(NODES, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', labels: { a: '1' } },
  });
  const patch = (body: object[]) => server.client.patch(NODES, 'n1', undefined, { type: 'json', body });
  expect(await patch([{ op: 'add', path: '/metadata/labels/b', value: '2' }])).toMatchObject({
    metadata: { labels: { a: '1', b: '2' } },
  });
  await expect(patch([{ op: 'test', path: '/metadata/labels/a', value: '9' }])).rejects.toMatchObject({
    status: 422,
  });
  await expect(patch([{ op: 'remove', path: '/metadata/labels/none' }])).rejects.toMatchObject({
    status: 422,
  });
});

test('generated names', async () => {
  const made = await server.client.create(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { generateName: 'gen-', namespace: 'default' },
  });
  expect(nameOf(made)).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test('who am I, what may I', async () => {
  const review = (group: string, plural: string, spec: object) =>
    server.request(`/apis/${group}/v1/${plural}`, { method: 'POST', headers: JSON_TYPE, body: { spec } });
  expect((await review('authorization.k8s.io', 'selfsubjectaccessreviews', {})).json()).toMatchObject({
    status: { allowed: true },
  });
  expect((await review('authentication.k8s.io', 'tokenreviews', { token: 'token' })).json()).toMatchObject({
    status: { authenticated: true },
  });
  expect((await review('authentication.k8s.io', 'tokenreviews', { token: 'x' })).json()).toMatchObject({
    status: { authenticated: false },
  });
});

function nameOf({ metadata }: { readonly metadata: ObjectMeta }): string | undefined {
  return metadata.name;
}
