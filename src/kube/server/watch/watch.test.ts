import { afterEach, beforeEach, expect, test } from 'vitest';
import { PODS } from '../../resources.ts';
import type { KubeObject, WatchEvent } from '../../types.ts';
import { podManifest, TestServer } from '../testing/test-server.ts';

let server: TestServer;
const stop = new AbortController();

beforeEach(async () => {
  server = await TestServer.start({ historyLimit: 5 });
});
afterEach(() => server[Symbol.asyncDispose]());

const create = (name: string, labels?: Record<string, string>) =>
  server.client.create(PODS, podManifest(name, labels));
const label = (name: string, labels: Record<string, string>) =>
  server.client.patch(PODS, name, 'default', { type: 'merge', body: { metadata: { labels } } });

/** The first events of a watch, as `TYPE name`. */
async function take(count: number, events: AsyncGenerator<WatchEvent<KubeObject>>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) {
    seen.push(`${type} ${object.metadata.name ?? ''}`.trim());
    if (seen.length === count) break;
  }
  return seen;
}

const watch = (options: object = {}) => server.client.watch(PODS, { signal: stop.signal, ...options });

test('without a version the present comes first', async () => {
  await create('a');
  const seen = take(3, watch());
  await create('b');
  await server.client.delete(PODS, 'a', 'default');
  expect(await seen).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
});

test('a watch goes on from a version', async () => {
  const { metadata } = await create('a');
  await create('b');
  await label('a', { x: '1' });
  expect(await take(2, watch({ resourceVersion: metadata.resourceVersion }))).toEqual([
    'ADDED b',
    'MODIFIED a',
  ]);
});

test('a version that is forgotten ends the watch with Expired', async () => {
  const { metadata } = await create('a');
  for (let i = 0; i < 12; i++) await label('a', { i: String(i) });
  await expect(take(1, watch({ resourceVersion: metadata.resourceVersion }))).rejects.toMatchObject({
    status: 410,
    reason: 'Expired',
    message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
  });
});

test('objects that start and stop to match are added and deleted', async () => {
  const seen = take(4, watch({ labelSelector: 'app=web' }));
  await create('a', { app: 'db' });
  await label('a', { app: 'web' });
  await label('a', { more: '1' });
  await label('a', { app: 'db' });
  await create('b', { app: 'web' });
  expect(await seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
});

test('the pods of a node are found by index, also when they get there', async () => {
  const seen = take(2, watch({ fieldSelector: 'spec.nodeName=n1' }));
  await create('a');
  await create('b');
  await server.client.bind({ metadata: { name: 'b' } }, 'n2');
  await server.client.bind({ metadata: { name: 'a' } }, 'n1');
  await server.client.delete(PODS, 'a', 'default', { gracePeriodSeconds: 0 });
  expect(await seen).toEqual(['ADDED a', 'DELETED a']);
});

interface Line {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number };
}

const lines = (count: number, query: string, headers = {}) =>
  server.watchLines<Line>(`/api/v1/namespaces/default/pods?watch=true&${query}`, count, headers);

test('WatchList: the present, then a bookmark that says so', async () => {
  await create('a');
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const [added, bookmark] = await lines(2, query);
  expect(added).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', metadata: { name: 'a' } } });
  expect(bookmark).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'Pod', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
  const refused = await server.request('/api/v1/pods?watch=true&sendInitialEvents=true');
  expect(refused.status).toBe(422);
});

test('a watch that ends says goodbye with a bookmark', async () => {
  const { metadata } = await create('a');
  const [bookmark] = await lines(
    1,
    `timeoutSeconds=1&allowWatchBookmarks=1&resourceVersion=${metadata.resourceVersion}`,
  );
  expect(bookmark).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: metadata.resourceVersion } },
  });
});

test('over HTTP an expired watch is an ERROR event', async () => {
  const { metadata } = await create('a');
  for (let i = 0; i < 12; i++) await label('a', { i: String(i) });
  expect(await lines(1, `resourceVersion=${metadata.resourceVersion}`)).toMatchObject([
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
  ]);
});

test('watches come as tables and as metadata too', async () => {
  await create('a');
  const [row] = await lines(1, '', { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });
  expect(row?.object).toMatchObject({
    kind: 'Table',
    rows: [
      { cells: ['a', '0/1', 'Pending', '0', expect.any(String), '<none>', '<none>', '<none>', '<none>'] },
    ],
  });
  const [partial] = await lines(1, '', {
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  });
  expect(partial?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  expect(partial?.object.spec).toBeUndefined();
});
