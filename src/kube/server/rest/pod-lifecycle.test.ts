import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../objects.ts';
import { PODS } from '../../resources.ts';
import { podManifest, TestServer } from '../testing/test-server.ts';

let server: TestServer;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  server = await TestServer.start({ clock: () => now });
});
afterAll(() => server[Symbol.asyncDispose]());

const create = (name: string, spec?: object) => server.client.create<Pod>(PODS, podManifest(name, {}, spec));

test('creation fills in defaults and the status, and drops what a client may not set', async () => {
  const manifest = { ...podManifest('new'), status: { phase: 'Running' } } as Pod;
  const pod = await server.client.create<Pod>(PODS, manifest);
  expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  expect(pod.metadata).toMatchObject({ generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
  expect(pod.spec).toMatchObject({
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    containers: [{ imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'File', resources: {} }],
  });
});

test('stored objects cannot be changed by who reads them', async () => {
  const pod = await create('frozen');
  expect(Object.isFrozen(pod)).toBe(true);
  expect(Object.isFrozen(pod.spec.containers[0])).toBe(true);
});

test('an unscheduled pod is deleted at once', async () => {
  await create('unscheduled');
  await server.client.delete(PODS, 'unscheduled', 'default');
  await expect(server.client.get(PODS, 'unscheduled', 'default')).rejects.toMatchObject({
    reason: 'NotFound',
  });
});

test('a scheduled pod waits for its grace, and goes with a deletion without grace', async () => {
  const pod = await create('scheduled');
  await server.client.bind(pod, 'n1');
  const marked = (await server.client.delete(PODS, 'scheduled', 'default')) as Pod;
  expect(marked.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:30Z',
    deletionGracePeriodSeconds: 30,
  });

  now += 5000;
  const again = (await server.client.delete(PODS, 'scheduled', 'default')) as Pod;
  expect(again.metadata.resourceVersion).toBe(marked.metadata.resourceVersion);
  const shorter = (await server.client.delete(PODS, 'scheduled', 'default', {
    gracePeriodSeconds: 10,
  })) as Pod;
  expect(shorter.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:10Z',
    deletionGracePeriodSeconds: 10,
  });

  await server.client.delete(PODS, 'scheduled', 'default', { gracePeriodSeconds: 0 });
  await expect(server.client.get(PODS, 'scheduled', 'default')).rejects.toMatchObject({ reason: 'NotFound' });
});

test('a finalizer holds a pod after its grace, until an update takes it away', async () => {
  const manifest = podManifest('held');
  const metadata = { ...manifest.metadata, finalizers: ['example.com/hold'] };
  await server.client.create<Pod>(PODS, { ...manifest, metadata });
  const held = await server.client.delete(PODS, 'held', 'default');
  expect(held.metadata.deletionGracePeriodSeconds).toBe(0);
  await expect(
    server.client.patch(PODS, 'held', 'default', {
      type: 'merge',
      body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
    }),
  ).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('no new finalizers can be added'),
  });
  await server.client.patch(PODS, 'held', 'default', {
    type: 'merge',
    body: { metadata: { finalizers: null } },
  });
  await expect(server.client.get(PODS, 'held', 'default')).rejects.toMatchObject({ reason: 'NotFound' });
});

test('binding sets the node and the condition once', async () => {
  const pod = await create('bound');
  await server.client.bind(pod, 'n1');
  const bound = await server.client.get<Pod>(PODS, 'bound', 'default');
  expect(bound.spec.nodeName).toBe('n1');
  expect(bound.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  await expect(server.client.bind(pod, 'n2')).rejects.toMatchObject({
    status: 409,
    message:
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n1"',
  });
  const other = { metadata: { ...pod.metadata, uid: 'another' } };
  await expect(server.client.bind(other, 'n2')).rejects.toMatchObject({ reason: 'Conflict' });
});

test('status and spec are written apart', async () => {
  const pod = await create('parts');
  const both = { ...pod, spec: { ...pod.spec, nodeName: 'n9' }, status: { phase: 'Running' } } as Pod;
  const status = await server.client.replace<Pod>(PODS, both, { subresource: 'status' });
  expect(status.status?.phase).toBe('Running');
  expect(status.spec.nodeName).toBeUndefined();
  const body = { metadata: { labels: { a: 'b' } }, status: { phase: 'Failed' } };
  const main = await server.client.patch<Pod>(PODS, 'parts', 'default', { type: 'merge', body });
  expect(main.metadata.labels).toEqual({ a: 'b' });
  expect(main.status?.phase).toBe('Running');
  expect(main.metadata.generation).toBe(1);
});

test('the spec of a pod is fixed but for images and the like', async () => {
  await create('fixed');
  const change = (spec: object) =>
    server.client.patch<Pod>(PODS, 'fixed', 'default', { type: 'strategic', body: { spec } });
  const updated = await change({ containers: [{ name: 'main', image: 'other' }] });
  expect(updated.metadata.generation).toBe(2);
  await expect(change({ hostname: 'x' })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('pod updates may not change fields other than'),
  });
});

test('a write that changes nothing leaves the version as it is', async () => {
  const pod = await create('same');
  const again = await server.client.replace<Pod>(PODS, pod);
  expect(again.metadata.resourceVersion).toBe(pod.metadata.resourceVersion);
});

test('preconditions and optimistic locks answer with Conflict', async () => {
  const pod = await create('locked');
  await server.client.patch(PODS, 'locked', 'default', {
    type: 'merge',
    body: { metadata: { labels: { a: '1' } } },
  });
  await expect(server.client.replace(PODS, pod)).rejects.toMatchObject({
    status: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on pods "locked": the object has been modified; please apply your changes to the latest version and try again',
  });
  await expect(server.client.delete(PODS, 'locked', 'default', { uid: 'other' })).rejects.toMatchObject({
    message: expect.stringContaining('the UID in the precondition (other) does not match the UID in record'),
  });
});

test('invalid pods are refused with every cause', async () => {
  const bad = podManifest(
    'Bad_Name',
    {},
    { containers: [{ name: 'X', image: '' }], restartPolicy: 'Sometimes' },
  );
  const error = await server.client
    .create(PODS, bad)
    .catch((caught: unknown) => caught as { body: { details: { causes: { field: string }[] } } });
  expect(error).toMatchObject({ status: 422, reason: 'Invalid' });
  const { body } = error as { body: { details: { causes: { field: string }[] } } };
  expect(body.details.causes.map(({ field }) => field)).toEqual([
    'metadata.name',
    'spec.containers[0].name',
    'spec.containers[0].image',
    'spec.restartPolicy',
  ]);
});
