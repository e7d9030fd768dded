import { expect, test } from 'vitest';
import type { Pod } from '../kube/index.ts';
import { condition } from './condition.ts';
import { runningStatus, waitingStatus } from './pod-status.ts';

const SCHEDULED = condition('PodScheduled', 'True', '2026-01-01T00:00:00Z');
const POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', image: 'pause' }, { name: 'b' }] },
  status: { conditions: [SCHEDULED, condition('Ready', 'False', '2026-01-01T00:00:00Z')] },
};

test('a pod whose sandbox is up runs, is ready, and has the addresses of both families', () => {
  const status = runningStatus(POD, ['172.30.1.0', 'fd30::100'], ['10.20.0.1', 'fd00:20::1']);
  expect(status).toMatchObject({
    phase: 'Running',
    hostIP: '172.30.1.0',
    podIP: '10.20.0.1',
    podIPs: [{ ip: '10.20.0.1' }, { ip: 'fd00:20::1' }],
  });
  expect(status.containerStatuses?.map(({ name, ready, image }) => [name, ready, image])).toEqual([
    ['a', true, 'pause'],
    ['b', true, ''],
  ]);
});

test('the scheduler keeps its condition, and each type is there once', () => {
  for (const status of [
    runningStatus(POD, ['172.30.1.0'], ['10.20.0.1']),
    waitingStatus(POD, ['172.30.1.0'], 'x'),
  ]) {
    expect(status.conditions).toContainEqual(SCHEDULED);
    const types = status.conditions!.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  }
});

test('a pod that waits says why and has no address', () => {
  const status = waitingStatus(POD, ['172.30.1.0'], 'no room');
  expect(status).toMatchObject({ phase: 'Pending' });
  expect(status.podIP).toBeUndefined();
  expect(status.conditions).toContainEqual(
    expect.objectContaining({ reason: 'FailedCreatePodSandBox', message: 'no room', status: 'False' }),
  );
});
