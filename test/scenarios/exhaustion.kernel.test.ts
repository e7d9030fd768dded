/**
 * Short versions of the scenarios about running out: on real labs, with few of everything. They mostly wait, so they
 * do it side by side; what has to be refused before something happens has two seconds for it.
 */
import { expect, test } from 'vitest';
import type { RunDocument } from '../../src/measure/index.ts';
import { brokenIn, phaseOf, shortRun } from './short-run.ts';

/** How many were served, and what became of what was released. */
function recovery({ load, exhaustion }: RunDocument) {
  const { released, reused } = exhaustion?.releases[0] ?? {};
  return { completed: load.completed, failed: load.failed, released, reused };
}

test.concurrent('node-cidr-exhaustion: a node that waits gets the CIDR of one that leaves', async () => {
  const run = await shortRun('node-cidr-exhaustion', (spec) => {
    spec.lab.nodes = 1;
    delete spec.lab.ipam.provider;
    spec.lab.ipam.pools = [{ cidrs: ['10.20.0.0/22'], nodeMask: 24 }];
    Object.assign(phaseOf(spec, 'join'), { nodes: 3 });
    const release = { after: '2s', share: '34%', order: 'oldest' };
    Object.assign(phaseOf(spec, 'too-many'), { nodes: 2, deadline: '4s', release });
  });
  expect(brokenIn(run)).toEqual([]);
  expect(recovery(run)).toEqual({ completed: 4, failed: 1, released: 1, reused: 1 });
  expect(run.exhaustion).toMatchObject({
    firstRefusal: { phase: 'too-many', subject: 'node', class: 'node-cidr-full', alive: 3 },
    refusals: [{ class: 'node-cidr-full', subjects: 2 }],
    starved: { served: 1, never: 1 },
  });
});

test.concurrent('pod-ip-exhaustion: filled by shares, held full, released and filled again', async () => {
  const run = await shortRun('pod-ip-exhaustion', (spec) => {
    spec.lab.nodes = 1;
    Object.assign(spec.lab.ipam, { pools: [{ cidrs: ['10.20.0.0/27'], nodeMask: 27 }], cooldown: '0s' });
    spec.phases = spec.phases.filter(({ name }) => name !== 'to-90' && name !== 'to-99');
    Object.assign(phaseOf(spec, 'hold'), { pods: 3, deadline: '1s' });
    const release = { after: '2s', share: '20%' };
    Object.assign(phaseOf(spec, 'release'), { pods: 4, deadline: '10s', release });
  });
  expect(brokenIn(run)).toEqual([]);
  // 30 addresses: three pods too many, then six come back, four of them to those who wait.
  expect(recovery(run)).toEqual({ completed: 36, failed: 3, released: 6, reused: 4 });
  expect(run.exhaustion).toMatchObject({
    firstRefusal: { phase: 'hold', subject: 'pod', node: 'n1', class: 'pool-full', alive: 30 },
    starved: { served: 4, never: 3 },
    pools: [{ asked: 39, served: 36, peakUsed: 30, usableShareOfFree: 1 }],
  });
});

test.concurrent('multi-pool-exhaustion: pods of a pool that is full starve, until it grows', async () => {
  const run = await shortRun('multi-pool-exhaustion', (spec) => {
    spec.lab.nodes = 2;
    Object.assign(spec.lab.ipam, { wait: '200ms', preAllocate: 2 });
    const arrivals = { process: 'constant', rate: '100/s' };
    spec.lab.ipam.pools![0]!.cidrs = ['10.30.0.0/27'];
    Object.assign(phaseOf(spec, 'demand'), { pods: 80, arrivals, deadline: '15s' });
    spec.changes![0]!.at = '4s';
  });
  expect(brokenIn(run)).toEqual([]);
  expect(run.load).toMatchObject({ completed: 80, failed: 0 });
  expect(run.exhaustion).toMatchObject({
    firstRefusal: { pool: 'small', class: 'pool-full' },
    starved: { never: 0 },
  });
  const small = run.exhaustion!.pools.find(({ pool }) => pool === 'small')!;
  expect(small).toMatchObject({ asked: 43, served: 43, peakUsed: 43 });
  expect(run.exhaustion!.starved.served).toBeGreaterThanOrEqual(43 - 28);
});

test.concurrent('service-ip-exhaustion: ports and addresses run out, and come back with what is deleted', async () => {
  const run = await shortRun('service-ip-exhaustion', (spec) => {
    for (const name of ['ports', 'ports-full', 'addresses'])
      Object.assign(phaseOf(spec, name), { deadline: '1s' });
    const release = { after: '2s', share: '20%' };
    Object.assign(phaseOf(spec, 'addresses-full'), { deadline: '4s', release });
  });
  expect(brokenIn(run)).toEqual([]);
  expect(recovery(run)).toEqual({ completed: 17, failed: 3, released: 3, reused: 3 });
  expect(run.exhaustion).toMatchObject({
    firstRefusal: { phase: 'ports-full', subject: 'service', pool: 'NodePort', class: 'pool-full', alive: 8 },
    pools: [
      { pool: 'NodePort', asked: 10, served: 8 },
      { pool: 'ClusterIP', asked: 10, served: 9 },
    ],
  });
});
