import { beforeEach, expect, test } from 'vitest';
import { Recorder, type Sample } from '../measure/index.ts';
import { Pods } from './pods.ts';

let samples: Sample[];
let pods: Pods;

beforeEach(() => {
  samples = [];
  pods = new Pods(new Recorder({ sink: { write: (sample) => samples.push(sample) } }));
});

test('a life is four samples, each counted from its intended instant', () => {
  pods.begin('p', 1000, 500);
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
  pods.begin('p', 0, 0);
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
  pods.begin('p', 100, 0);
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
  pods.begin('p', 0, 0);
  pods.sandbox('p', 5);
  pods.gone('p', 10);
  expect(samples.at(-1)).toMatchObject({ metric: 'pod.ready', ok: false, class: 'timeout' });
  expect(samples.filter(({ metric }) => metric === 'pod.sandbox')).toHaveLength(1);
});

test('what the end of the run finds alive is pending at its age', () => {
  pods.begin('starting', 100, 0);
  pods.begin('ending', 100, 0);
  pods.ready('ending', 200);
  pods.end('ending', 700);
  pods.begin('failed', 100, 0);
  pods.fail('failed', 300);
  samples = [];
  pods.censor(1000);
  expect(samples.map(({ metric, ns, pending, pod }) => [pod, metric, ns, pending])).toEqual([
    ['starting', 'pod.ready', 900, true],
    ['ending', 'pod.gone', 300, true],
  ]);
});
