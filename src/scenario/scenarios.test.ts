import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadScenario } from './document.ts';
import { plan } from './plan/index.ts';
import { isSuite, loadSuite } from './suite/index.ts';

const FOLDER = path.join(import.meta.dirname, '../../scenarios');
const files = ['', 'claims', 'networks', 'nightly'].flatMap((folder) =>
  readdirSync(path.join(FOLDER, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(folder, name)),
);
const names = files.filter((name) => !isSuite(path.join(FOLDER, name)));
const suites = files.filter((name) => isSuite(path.join(FOLDER, name)));

describe.each(names)('scenarios/%s', (name) => {
  const document = loadScenario(path.join(FOLDER, name));

  test('is named after its file, and has nothing to be warned of', () => {
    expect(document.name).toBe(path.basename(name, '.yaml'));
    expect(document.warnings).toEqual([]);
  });

  test('begins with the header for editors, then says what it shows', () => {
    const [header, ...lines] = readFileSync(path.join(FOLDER, name), 'utf8').split('\n');
    const up = name.includes('/') ? '../..' : '..';
    expect(header).toBe(`# yaml-language-server: $schema=${up}/schemas/scenario.schema.json`);
    expect(lines.findIndex((line) => !line.startsWith('#'))).toBeGreaterThanOrEqual(3);
  });

  test('can be run by this version where it is meant to', () => {
    expect(
      document.cells(document.substrate).flatMap((cell) => document.unsupported(document.substrate, cell)),
    ).toEqual([]);
  });
});

test.each(suites)('suite scenarios/%s is named after its file and can be read', (name) => {
  const { name: own, cells, scenarios } = loadSuite(path.join(FOLDER, name));
  expect(own).toBe(path.basename(name, '.yaml'));
  expect([cells('netns').length, scenarios.length].every((count) => count > 1)).toBe(true);
});

test.each(names.filter((name) => name.startsWith('claims/')))('scenarios/%s says what decides', (name) => {
  const document = loadScenario(path.join(FOLDER, name));
  expect(
    document.on(document.substrate, document.cells(document.substrate)[0]).claim?.rules,
  ).not.toHaveLength(0);
});

test('smoke takes less than 20 s, the lab and the drain included', () => {
  expect(plan(loadScenario(path.join(FOLDER, 'smoke.yaml')).on('netns')).duration).toBeLessThan(20e9);
});

test('pod-churn: 20,000 pods, about 2,000 alive at a time', () => {
  const { pods, alive } = plan(loadScenario(path.join(FOLDER, 'pod-churn.yaml')).on('netns'));
  expect(pods).toBe(20_000);
  expect(Math.abs(alive.expected - 2000)).toBeLessThan(150);
});
