import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSuite, loadSuite } from './suite.ts';

let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-suite-'));
  fs.writeFileSync(
    path.join(folder, 'one.yaml'),
    `apiVersion: churnlab.dev/v1alpha1
kind: Scenario
metadata: { name: one }
spec:
  phases:
    - { name: churn, pods: 10, arrivals: { process: constant, rate: 10/s } }
`,
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function suite(spec: string): string {
  const file = path.join(folder, 'suite.yaml');
  const head = 'apiVersion: churnlab.dev/v1alpha1\nkind: Suite\nmetadata: { name: suite }\nspec:\n';
  fs.writeFileSync(file, `${head}${spec}`);
  return file;
}

test('scenarios beside it, combinations, and the one that others are held against', () => {
  const file = suite(`  scenarios: [one.yaml]
  matrix: { network: [churnlab, flannel], routing: [direct, vxlan], exclude: [{ network: churnlab, routing: vxlan }] }
  baseline: { network: churnlab }
`);
  expect(isSuite(file)).toBe(true);
  const { name, repeat, cells, baseline, scenarios } = loadSuite(file);
  expect({ name, repeat, scenarios: scenarios.map((each) => each.name) }).toEqual({
    name: 'suite',
    repeat: 5,
    scenarios: ['one'],
  });
  expect(cells('netns')).toHaveLength(3);
  expect(baseline).toEqual({ network: 'churnlab', routing: 'direct' });
});

test.each([
  ['  scenarios: []\n', 'a list of scenario files that is not empty'],
  [
    '  scenarios: [one.yaml]\n  matrix: { network: [churnlab, ptp] }\n  baseline: {}\n',
    /one combination of `network=churnlab`, `network=ptp`, got 2/,
  ],
  ['  scenarios: [one.yaml]\n  matrix: { network: [ptp] }\n  baseline: { network: bridge }\n', /got 0/],
  [
    '  scenarios: [one.yaml]\n  matrix: { network: [ptp] }\n  baseline: {}\n  repeats: 3\n',
    /unknown field `repeats`.*did you mean `repeat`/,
  ],
  ['  scenarios: [two.yaml]\n  matrix: { network: [ptp] }\n  baseline: {}\n', /no such file/],
])('refuses %j', (spec, message) => {
  expect(() => loadSuite(suite(spec))).toThrow(message);
});
