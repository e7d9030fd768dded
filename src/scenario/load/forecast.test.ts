import { expect, test } from 'vitest';
import { ScenarioDocument } from '../document.ts';
import type { ScenarioSpec } from '../spec.ts';
import { forecast } from './forecast.ts';

/** The spec of a scenario with this lab and these phases, one line each. */
function specOf(lab: string, level: string, ...phases: readonly string[]): ScenarioSpec {
  const lines = phases.map((phase) => `    - ${phase}`).join('\n');
  const head = 'apiVersion: churnlab.dev/v1alpha1\nkind: Scenario\nmetadata: { name: case }\n';
  const text = `${head}spec:\n  lab: ${lab}\n  level: ${level}\n  phases:\n${lines}\n`;
  return ScenarioDocument.parse(text, 'case.yaml', () => '').on('netns').spec;
}

const STEADY =
  '{ name: a, pods: 100, arrivals: { process: constant, rate: 10/s }, lifetime: { distribution: fixed, mean: 2s }, deadline: 3s }';
const LAB = '{ nodes: 4, ipam: { cooldown: 1s } }';

test('a steady phase: 10 a second that live 2 s are 20, and 30 addresses with 1 s of cooldown', () => {
  const expected = forecast(specOf(LAB, 'pod', STEADY));
  expect(expected).toMatchObject({
    pods: 100,
    span: 9.9e9,
    alive: { expected: 20, bound: 50 },
    uncapped: 20,
  });
  expect(expected).toMatchObject({
    alivePerNode: 5,
    addressesPerNode: 8,
    addresses: 30,
    aliveAtEnd: 20,
    exact: true,
  });
  expect(expected.lastGone).toBe(11.9e9);
});

test('at level cni the schedule places: the fullest node is counted', () => {
  const expected = forecast(specOf(LAB, 'cni', STEADY));
  expect(expected.alivePerNode).toBeGreaterThanOrEqual(5);
  expect(expected.alivePerNode).toBeLessThanOrEqual(6);
});

test('phases follow one another, and pods of one live on in the next', () => {
  const expected = forecast(
    specOf(LAB, 'pod', STEADY, STEADY.replace('name: a', 'name: b'), '{ name: drain }'),
  );
  expect(expected.phases.map(({ name, begin }) => [name, begin])).toEqual([
    ['a', 0],
    ['b', 9.9e9],
  ]);
  expect(expected.alive.expected).toBe(21);
});

test('a cap on living pods is kept, and what would be without it is known', () => {
  const expected = forecast(specOf(LAB, 'pod', STEADY.replace('deadline', 'maxAlive: 12, deadline')));
  expect(expected).toMatchObject({ alive: { expected: 12, bound: 12 }, uncapped: 20, alivePerNode: 5 });
});

test("Little's law: alive on average is rate times mean lifetime, and the peak is a little above", () => {
  const expected = forecast(
    specOf(
      '{ nodes: 4, ipam: { pools: [{ cidrs: [10.20.0.0/16], nodeMask: 19 }] } }',
      'pod',
      '{ name: a, pods: 20000, arrivals: { process: poisson, rate: 300/s }, lifetime: { distribution: exponential, mean: 5s } }',
    ),
  );
  // Alive pods are Poisson with mean 1,500: the largest of a minute lies between 1 and 5 standard deviations above.
  expect(expected.alive.expected).toBeGreaterThan(1500 + Math.sqrt(1500));
  expect(expected.alive.expected).toBeLessThan(1500 + 5 * Math.sqrt(1500));
});

test('addresses of the reference plugins have no cooldown', () => {
  const expected = forecast(specOf('{ nodes: 4, network: ptp, ipam: { cooldown: 1s } }', 'pod', STEADY));
  expect(expected).toMatchObject({ addresses: 20, addressesPerNode: 5 });
});

const SMALL =
  '{ nodes: 2, ipam: { cooldown: 0s, allowExhaustion: true, pools: [{ cidrs: [10.20.0.0/27], nodeMask: 28 }] } }';
const arriving = (name: string, fields: string): string =>
  `{ name: ${name}, ${fields}, arrivals: { process: constant, rate: 10/s }, deadline: 4s }`;

test('a share is filled by as many as are missing, on the nodes that are meant', () => {
  const { phases } = forecast(
    specOf(
      SMALL,
      'cni',
      arriving('half', 'fill: 50%'),
      arriving('one', 'on: [n1], fill: 100%'),
      arriving('all', 'fill: 100%'),
    ),
  );
  expect(phases.map(({ count, refused }) => [count, refused])).toEqual([
    [14, 0],
    [7, 0],
    [7, 0],
  ]);
});

test('those without room wait until their deadline, unless something is released', () => {
  const { phases, span, alive } = forecast(
    specOf(
      SMALL,
      'pod',
      arriving('fill', 'fill: 100%'),
      arriving('hold', 'pods: 5'),
      arriving('release', 'pods: 5, release: { after: 1s, share: 25% }'),
      arriving('refill', 'fill: 100%'),
    ),
  );
  expect(phases.map(({ count, released, refused }) => [count, released, refused])).toEqual([
    [28, 0, 0],
    [5, 0, 5],
    [5, 7, 0],
    [2, 0, 0],
  ]);
  // 27 gaps of 0.1 s; 4 gaps and a deadline; the release at 1 s; one gap.
  expect(span).toBeCloseTo((2.7 + 0.4 + 4 + 1 + 0.1) * 1e9);
  expect(alive.expected).toBe(28);
});
