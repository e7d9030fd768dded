import { beforeEach, expect, test } from 'vitest';
import type { IpamSample } from '../../measure/index.ts';
import { Exhaustion } from './exhaustion.ts';
import { jain } from './pool-demand.ts';

let reused: number[];
let exhaustion: Exhaustion;

beforeEach(() => {
  reused = [];
  exhaustion = new Exhaustion({ onReuse: (_, ns) => reused.push(ns), waitsUnseen: false, namedPools: true });
});

const ask = (name: string, at: number, pool = 'default'): void =>
  exhaustion.asked(name, { subject: 'pod', phase: 'fill', pool, at });
const FULL = { class: 'pool-full', message: 'pool is full', node: 'n1' } as const;
const level = (pool: string, capacity: number, reserved: number): IpamSample => ({
  pools: [
    { pool, family: 'ipv4', capacity, reserved, used: 0, cooling: 0, nodeCidrs: { total: 10, used: 1 } },
  ],
  waitingNodes: 0,
  waitingPods: 0,
});

test('nothing was refused and nothing released: there is nothing to tell', () => {
  ask('a', 0);
  exhaustion.served('a', 10, ['10.0.0.1'], 'n1');
  expect(exhaustion.result(100)).toBeUndefined();
});

test('the first refusal is the earliest, with how many had what they asked for', () => {
  ask('a', 0);
  ask('b', 1);
  ask('c', 2);
  exhaustion.served('a', 10, ['10.0.0.1'], 'n1');
  exhaustion.refused('c', { ...FULL, at: 30 });
  exhaustion.refused('b', { ...FULL, at: 20 });
  expect(exhaustion.result(100)?.firstRefusal).toEqual({
    atNs: 20,
    phase: 'fill',
    subject: 'pod',
    name: 'b',
    node: 'n1',
    pool: 'default',
    class: 'pool-full',
    message: 'pool is full',
    alive: 1,
  });
});

test('attempts by class, waits of those who were served and of those who never were', () => {
  ask('patient', 0);
  ask('starved', 0);
  ask('given up', 0);
  exhaustion.refused('patient', { ...FULL, at: 10 });
  exhaustion.refused('patient', { ...FULL, at: 20, class: 'cooldown' });
  exhaustion.refused('starved', { ...FULL, at: 15 });
  exhaustion.refused('given up', { ...FULL, at: 16, attempts: 3 });
  expect(exhaustion.waiting('pod')).toBe(3);
  exhaustion.served('patient', 40, ['10.0.0.1'], 'n1');
  exhaustion.gaveUp('given up', 50);
  expect(exhaustion.waiting('pod')).toBe(1);
  const result = exhaustion.result(100)!;
  expect(result.refusals).toEqual([
    { class: 'pool-full', attempts: 5, subjects: 3, firstNs: 10, lastNs: 16 },
    { class: 'cooldown', attempts: 1, subjects: 1, firstNs: 20, lastNs: 20 },
  ]);
  expect(result.retries).toEqual({ p50: 2, p99: 3, max: 3 });
  expect(result.starved).toEqual({
    served: 1,
    never: 2,
    waitP50Ns: 50,
    waitP99Ns: 100,
    longestNs: 100,
    examples: [
      { name: 'starved', waitedNs: 100, served: false },
      { name: 'given up', waitedNs: 50, served: false },
      { name: 'patient', waitedNs: 40, served: true },
    ],
  });
});

test('a release is reused by those who waited for it', () => {
  ask('old', 0);
  exhaustion.served('old', 5, ['10.0.0.1'], 'n1');
  ask('new', 10);
  exhaustion.refused('new', { ...FULL, at: 12 });
  const release = exhaustion.release('hold', 20, 1);
  exhaustion.ending('old', 20, release);
  exhaustion.freed('old', ['10.0.0.1'], 24);
  exhaustion.gone('old', 30);
  exhaustion.served('new', 28, ['10.0.0.1'], 'n1');
  expect(exhaustion.result(100)?.releases).toEqual([
    { phase: 'hold', atNs: 20, released: 1, reused: 1, firstReuseNs: 8, p50ReuseNs: 8, p99ReuseNs: 8 },
  ]);
  expect(reused).toEqual([4]);
});

test('each pool: demand, evenness over nodes, levels, and what of the free space was of use', () => {
  for (const [name, node, served] of [
    ['a', 'n1', true],
    ['b', 'n1', true],
    ['c', 'n2', false],
  ] as const) {
    ask(name, 0, 'small');
    if (served) exhaustion.served(name, 10, [name], node);
    else exhaustion.refused(name, { ...FULL, at: 10, node });
  }
  exhaustion.look(level('small', 6, 4));
  exhaustion.release('hold', 20, 1);
  exhaustion.freed('a', ['a'], 25);
  exhaustion.look(level('small', 6, 3));
  ask('d', 30, 'small');
  exhaustion.served('d', 35, ['a'], 'n1');
  exhaustion.gaveUp('c', 60);
  expect(exhaustion.result(100)?.pools).toEqual([
    {
      pool: 'small',
      asked: 4,
      served: 3,
      never: 1,
      waitP50Ns: 10,
      waitP99Ns: 60,
      fairness: 0.5,
      peakReserved: 4,
      peakUsed: 2,
      usableShareOfFree: 1 / 5,
    },
  ]);
});

test('one that waited unseen and was given up has starved, though nobody refused it', () => {
  ask('refused', 0);
  exhaustion.refused('refused', { ...FULL, at: 10 });
  ask('patient', 0);
  exhaustion.gaveUp('patient', 30);
  const { starved, retries } = exhaustion.result(100)!;
  expect([starved.never, retries?.max]).toEqual([2, 1]);
});

test("Jain's index is 1 when all get the same share, and 1/n when one gets all", () => {
  expect(jain([0.3, 0.3, 0.3])).toBeCloseTo(1);
  expect(jain([1, 0, 0, 0])).toBe(0.25);
  expect(jain([0, 0])).toBeNull();
});
