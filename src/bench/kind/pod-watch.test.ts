import { expect, test } from 'vitest';
import { type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import { PodWatch } from './pod-watch.ts';

const { signal } = new AbortController();
const namespace = 'default';

async function make(client: KubeClient, name: string): Promise<void> {
  const spec = { containers: [{ name: 'main', image: 'none' }] };
  await client.create<Pod>(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
}

async function setReady(client: KubeClient, name: string): Promise<void> {
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  await client.patch(PODS, name, namespace, { type: 'merge', body: { status }, subresource: 'status' });
}

test('tells when all pods are Ready, in the order of their names, and when none is left', async () => {
  await using server = await ApiServer.start({ token: 't' });
  const { client } = server;
  await using watch = await PodWatch.open(client, namespace);
  for (const name of ['a', 'b']) await make(client, name);
  const ready = watch.allReady(['a', 'b'], signal);
  await setReady(client, 'b');
  await setReady(client, 'a');
  const [a, b] = await ready;
  expect(b).toBeLessThan(a!);
  // A status that is written again is no other instant.
  await setReady(client, 'b');
  expect(await watch.allReady(['b'], signal)).toEqual([b]);
  const gone = watch.allGone(signal);
  for (const name of ['a', 'b']) await client.delete(PODS, name, namespace, { gracePeriodSeconds: 0 });
  await gone;
});

test('ends with the signal', async () => {
  await using server = await ApiServer.start({ token: 't' });
  await using watch = await PodWatch.open(server.client, namespace);
  const ended = new AbortController();
  const waiting = watch.allReady(['never'], ended.signal);
  ended.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
