import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { loadScenario, plan } from '../scenario/index.ts';
import { readNightlyList } from './nightly-list.ts';
import { turns } from './order.ts';

const LIST = path.resolve(import.meta.dirname, '../../.github/nightly.yaml');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'churnlab-list-'));
  writeFileSync(path.join(folder, 'a.yaml'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

function listed(text: string, chosen = {}) {
  const file = path.join(folder, 'list.yaml');
  writeFileSync(file, text);
  return readNightlyList(file, chosen);
}

describe('the list of this repository', () => {
  const { entries } = readNightlyList(LIST);

  it('begins with the header for editors', () => {
    expect(readFileSync(LIST, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/nightly-list\./,
    );
  });

  it.each(entries)('gates three to five metrics of $scenario on $substrate', ({ scenario, substrate }) => {
    const { gates } = loadScenario(scenario).on(substrate).spec;
    const metrics = gates.filter(({ kind }) => kind === 'regression').length;
    expect(metrics).toBeGreaterThanOrEqual(3);
    expect(metrics).toBeLessThanOrEqual(5);
  });

  it('takes less than ten minutes with --quick', () => {
    const quick = readNightlyList(LIST, { quick: true });
    const seconds = quick.entries.map(({ scenario, substrate, runs }) => {
      return (plan(loadScenario(scenario).on(substrate)).duration / 1e9) * 2 * (runs + 1);
    });
    expect(seconds.reduce((sum, each) => sum + each, 0)).toBeLessThan(400);
  });
});

describe('readNightlyList', () => {
  const LINES = 'runs: 12\nscenarios:\n  - { scenario: a.yaml, substrates: [netns, vm], quick: true }\n';

  it('has an entry for each scenario and substrate that is asked for', () => {
    const scenario = path.join(folder, 'a.yaml');
    expect(listed(LINES).entries).toEqual([
      { scenario, substrate: 'netns', runs: 12 },
      { scenario, substrate: 'vm', runs: 12 },
    ]);
    expect(listed(LINES, { substrates: ['vm'] }).entries).toMatchObject([{ substrate: 'vm' }]);
    expect(listed(LINES, { quick: true }).entries).toEqual([{ scenario, substrate: 'netns', runs: 8 }]);
  });

  it.each([
    ['runs: 7\nscenarios: [{ scenario: a.yaml, substrates: [netns] }]', 'expected number to be >=8'],
    ['runs: 8\nscenarios: [{ scenario: a.yaml, substrates: [moon] }]', 'scenarios[0].substrates[0]'],
    ['runs: 8\nscenarios: [{ scenario: b.yaml, substrates: [netns] }]', 'b.yaml is not there'],
    ['runs: 8\nscenario: []', 'Unrecognized key: "scenario"'],
    ['runs: [', 'list.yaml: '],
  ])('refuses %j', (text, message) => {
    expect(() => listed(text)).toThrow(message);
  });

  it('says when nothing is left', () => {
    expect(() => listed(LINES, { substrates: ['kind'] })).toThrow('expected scenarios on kind, got none');
  });
});

test('both sides take turns, so that neither always comes first', () => {
  const letters = turns(4).map(({ side, warmUp }) => (warmUp ? side[0]!.toUpperCase() : side[0]));
  expect(letters.join('')).toBe('BCbccbbccb');
});
