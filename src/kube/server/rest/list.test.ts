import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_MAPS, NODES, PODS } from '../../resources.ts';
import type { KubeList, KubeObject } from '../../types.ts';
import { podManifest, TestServer } from '../testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ historyLimit: 20 });
  for (const [name, app] of [
    ['p1', 'web'],
    ['p2', 'web'],
    ['p3', 'db'],
    ['p4', 'db'],
    ['p5', ''],
  ] as const) {
    await server.client.create(PODS, podManifest(name, app ? { app } : {}));
  }
  await server.client.bind({ metadata: { name: 'p2' } }, 'n1');
  await server.client.bind({ metadata: { name: 'p3' } }, 'n1');
});
afterAll(() => server[Symbol.asyncDispose]());

const names = (list: KubeList<KubeObject>) => list.items.map(({ metadata }) => metadata.name);
const select = async (labelSelector?: string, fieldSelector?: string) =>
  names(
    await server.client.list(PODS, {
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    }),
  );

test.each([
  ['app=web', ['p1', 'p2']],
  ['app==web', ['p1', 'p2']],
  ['app!=web', ['p3', 'p4', 'p5']],
  ['app', ['p1', 'p2', 'p3', 'p4']],
  ['!app', ['p5']],
  ['app in (web, db)', ['p1', 'p2', 'p3', 'p4']],
  ['app notin (web)', ['p3', 'p4', 'p5']],
  ['app,app!=db', ['p1', 'p2']],
])('label selector %s', async (selector, expected) => {
  expect(await select(selector)).toEqual(expected);
});

test.each([
  ['spec.nodeName=n1', ['p2', 'p3']],
  ['spec.nodeName!=n1', ['p1', 'p4', 'p5']],
  ['spec.nodeName=', ['p1', 'p4', 'p5']],
  ['metadata.name=p4', ['p4']],
  ['status.phase=Pending,spec.nodeName=n1,metadata.name!=p2', ['p3']],
])('field selector %s', async (selector, expected) => {
  expect(await select(undefined, selector)).toEqual(expected);
});

test('selectors that cannot be understood are refused', async () => {
  await expect(select('app in web')).rejects.toMatchObject({ status: 400, reason: 'BadRequest' });
  await expect(select(undefined, 'spec.foo=1')).rejects.toMatchObject({
    message: 'field label not supported: spec.foo',
  });
});

test('pages show one state, whatever happens between them', async () => {
  const first = await server.client.list(PODS, { limit: 2 });
  expect(names(first)).toEqual(['p1', 'p2']);
  expect(first.metadata.remainingItemCount).toBe(3);
  await server.client.create(PODS, podManifest('p25'));
  await server.client.delete(PODS, 'p4', 'default');
  const second = await server.client.list(PODS, { limit: 2, continue: first.metadata.continue! });
  expect(names(second)).toEqual(['p3', 'p4']);
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  const third = await server.client.list(PODS, { limit: 2, continue: second.metadata.continue! });
  expect(names(third)).toEqual(['p5']);
  expect(third.metadata.continue).toBeUndefined();
});

test('a page of a state that is forgotten answers Expired', async () => {
  const first = await server.client.list(PODS, { limit: 1 });
  for (let i = 0; i < 50; i++) {
    const body = { metadata: { labels: { i: String(i) } } };
    await server.client.patch(PODS, 'p1', 'default', { type: 'merge', body });
  }
  await expect(
    server.client.list(PODS, { limit: 1, continue: first.metadata.continue! }),
  ).rejects.toMatchObject({
    status: 410,
    reason: 'Expired',
  });
  await expect(server.client.list(PODS, { continue: 'nonsense' })).rejects.toMatchObject({ status: 400 });
});

test('a version of the future is not there yet', async () => {
  await expect(server.client.list(PODS, { resourceVersion: '999999' })).rejects.toMatchObject({
    status: 504,
    reason: 'Timeout',
  });
});

test('lists carry the version of the whole server, so that a watch of any kind can go on from it', async () => {
  const before = await server.client.list(NODES);
  await server.client.create(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'default' },
  });
  const after = await server.client.list(NODES);
  expect(Number(after.metadata.resourceVersion)).toBe(Number(before.metadata.resourceVersion) + 1);
});
