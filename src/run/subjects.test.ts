import { beforeEach, expect, test } from 'vitest';
import { Recorder, type Sample } from '../measure/index.ts';
import { Subjects } from './subjects.ts';

let samples: Sample[];
let pods: Subjects;

const begin = (name: string, intended: number, lifetime: number): void =>
  pods.begin(name, { subject: 'pod', phase: 'churn', intended, lifetime });

beforeEach(() => {
  samples = [];
  pods = new Subjects(new Recorder({ sink: { write: (sample) => samples.push(sample) } }));
});

test('a life is four samples, each counted from its intended instant', () => {
  begin('p', 1000, 500);
  pods.scheduled('p', 1010);
  pods.sandbox('p', 1020);
  expect(pods.ready('p', 1030)).toBe(1530);
  pods.end('p', 1530);
  pods.gone('p', 1600);
  expect(samples.map(({ metric, ns, ok }) => [metric, ns, ok])).toEqual([
    ['pod.scheduled', 10, true],
    ['pod.sandbox', 20, true],
    ['pod.ready', 30, true],
    ['pod.gone', 70, true],
  ]);
  expect(pods.counts).toEqual({ started: 1, ready: 1, gone: 1, failed: 0, alive: 0 });
});

test('what is told twice counts once, and of strangers nothing', () => {
  begin('p', 0, 0);
  for (let i = 0; i < 2; i++) {
    pods.scheduled('p', 1);
    pods.sandbox('p', 2);
    pods.ready('p', 3);
  }
  pods.ready('stranger', 3);
  pods.gone('stranger', 3);
  expect(samples).toHaveLength(3);
});

test('a pod that is not ready in time has failed with the class of its last refusal, and stays failed', () => {
  begin('p', 100, 0);
  pods.refused('p', 'cooldown');
  pods.refused('p', 'pool-full');
  expect(pods.fail('p', 1100)).toBe(true);
  expect(pods.fail('p', 1200)).toBe(false);
  expect(pods.ready('p', 1300)).toBeUndefined();
  pods.end('p', 1100);
  pods.gone('p', 1400);
  expect(samples.map(({ metric, ns, ok, class: why }) => [metric, ns, ok, why])).toEqual([
    ['pod.ready', 1000, false, 'pool-full'],
    ['pod.sandbox', 1000, false, 'pool-full'],
  ]);
  expect(pods.failures).toEqual({ 'pool-full': 1 });
  expect(pods.starting).toBe(0);
});

test('without a refusal it is a timeout, and a pod that goes before it is ready has failed', () => {
  begin('p', 0, 0);
  pods.sandbox('p', 5);
  pods.gone('p', 10);
  expect(samples.at(-1)).toMatchObject({ metric: 'pod.ready', ok: false, class: 'timeout' });
  expect(samples.filter(({ metric }) => metric === 'pod.sandbox')).toHaveLength(1);
});

test('what the end of the run finds alive is pending at its age', () => {
  begin('starting', 100, 0);
  begin('ending', 100, 0);
  pods.ready('ending', 200);
  pods.end('ending', 700);
  begin('failed', 100, 0);
  pods.fail('failed', 300);
  samples = [];
  pods.censor(1000);
  expect(samples.map(({ metric, ns, pending, pod }) => [pod, metric, ns, pending])).toEqual([
    ['starting', 'pod.ready', 900, true],
    ['ending', 'pod.gone', 300, true],
  ]);
});

test('a node counts from its being there, a Service from its being asked for, and neither has an end to clock', () => {
  pods.begin('n', { subject: 'node', phase: 'join', intended: 100, lifetime: Infinity });
  pods.begin('s', { subject: 'service', phase: 'web', intended: 100, lifetime: 50 });
  pods.begin('lost', { subject: 'node', phase: 'join', intended: 100, lifetime: Infinity });
  for (const name of ['n', 's', 'lost']) pods.asked(name, 110);
  expect(pods.ready('n', 130)).toBe(Infinity);
  expect(pods.ready('s', 150)).toBe(200);
  pods.refused('lost', 'node-cidr-full');
  pods.fail('lost', 1110);
  for (const name of ['n', 's']) {
    pods.end(name, 300);
    pods.gone(name, 400);
  }
  expect(samples.map(({ metric, ns, ok, pod, class: why }) => [metric, ns, ok, pod, why])).toEqual([
    ['ipam.node_cidr', 20, true, undefined, undefined],
    ['service.allocated', 40, true, undefined, undefined],
    ['ipam.node_cidr', 1000, false, undefined, 'node-cidr-full'],
  ]);
});

test('what lives is ready and not to go, in the order of ready, of other phases than one', () => {
  for (const name of ['a', 'b', 'c', 'starting']) begin(name, 0, Infinity);
  pods.begin('other', { subject: 'node', phase: 'churn', intended: 0, lifetime: Infinity });
  pods.begin('later', { subject: 'pod', phase: 'next', intended: 0, lifetime: Infinity });
  for (const name of ['later', 'c', 'other', 'a', 'b']) pods.ready(name, 10);
  pods.end('a', 20);
  expect(pods.living('pod')).toEqual(['later', 'c', 'b']);
  expect(pods.living('pod', 'next')).toEqual(['c', 'b']);
  expect(pods.living('node')).toEqual(['other']);
});
