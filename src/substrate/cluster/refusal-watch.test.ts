import { expect, test } from 'vitest';
import { EVENTS, type KubeEvent } from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import type { RefusedSandbox } from '../lab.ts';
import { RefusalWatch } from './refusal-watch.ts';

const FULL = 'failed to allocate for range 0: no IP addresses available in range set: 10.20.0.1-10.20.0.30';

const event = (pod: string, reason: string): KubeEvent => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${pod}.${reason.toLowerCase()}`, namespace: 'default' },
  involvedObject: { kind: 'Pod', namespace: 'default', name: pod },
  reason,
  message: `Failed to create pod sandbox: plugin type="acme-net" failed (add): ${FULL}`,
  source: { component: 'kubelet', host: 'n1' },
  count: 1,
});

test('refusals are told of from now on, each with its class, again when an Event is counted up', async () => {
  await using server = await ApiServer.start({ token: 'test' });
  const { client } = server;
  await client.create<KubeEvent>(EVENTS, event('old', 'FailedCreatePodSandBox'));
  const told: RefusedSandbox[] = [];
  await using _ = await RefusalWatch.open(client, (refused) => told.push(refused));
  await client.create<KubeEvent>(EVENTS, event('a', 'FailedCreatePodSandBox'));
  await client.create<KubeEvent>(EVENTS, event('b', 'FailedScheduling'));
  await expect.poll(() => told).toHaveLength(1);
  expect(told[0]).toMatchObject({ pod: 'default/a', node: 'n1', class: 'pool-full' });
  const again = { type: 'merge', body: { count: 2 } } as const;
  await client.patch(EVENTS, 'a.failedcreatepodsandbox', 'default', again);
  await expect.poll(() => told).toHaveLength(2);
});
