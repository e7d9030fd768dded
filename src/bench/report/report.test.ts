import { describe, expect, it } from 'vitest';
import { smallResult } from '../testing/small-result.ts';
import { figures } from './figures.ts';
import { growthOf } from './growth.ts';
import { toJson } from './to-json.ts';
import { toMarkdown } from './to-markdown.ts';
import { toText } from './to-text.ts';

const met = (result = smallResult) =>
  Object.fromEntries(figures(result).map((each) => [each.name, each.met]));

describe('figures', () => {
  it('holds each against its target', () => {
    expect(met()).toEqual({
      'ADD p50, bridge / churnlab at 10 live': true,
      'ADD p99, bridge / churnlab at 10 live': true,
      'DEL p50, bridge / churnlab at 10 live': true,
      'ADD p50, bridge / churnlab at 900 live': false,
      'ADD p99, bridge / churnlab at 900 live': false,
      'DEL p50, bridge / churnlab at 900 live': true,
      'ADD p50, churnlab / bare kernel work at 10 live': true,
      'ADD p50, churnlab / bare kernel work at 900 live': true,
      'ADD p50, churnlab at 4000 live / at 10 live': true,
      "the harness' own overhead, p50": true,
      'pods a second through the API, open loop': false,
      'pods a second at CNI level, closed loop': true,
      'memory of each of 5000 pods, all told': true,
      'lab up, 4 nodes': true,
      'lab up, 50 nodes': false,
    });
  });

  it('takes the highest rate that was kept up with', () => {
    const rate = figures(smallResult).find(({ limit }) => limit === 'api')!;
    expect(rate).toMatchObject({ measured: '100/s', target: 'at least 300/s' });
  });

  it('says nothing about what was not measured', () => {
    const { throughput: _, memory: __, ...rest } = smallResult;
    const [first] = smallResult.levels.levels;
    const names = Object.keys(met({ ...rest, levels: { ...rest.levels, levels: [first!] }, up: [] }));
    expect(names).toHaveLength(5);
    expect(names.filter((name) => /900|4000|second|memory|lab up/.test(name))).toEqual([]);
  });
});

it('fits growth where there are sizes enough', () => {
  const { levels } = smallResult;
  expect(growthOf(levels, 'ptp')!.exponent.value).toBeGreaterThan(0.2);
  expect(Math.abs(growthOf(levels, 'kernel')!.exponent.value)).toBeLessThan(0.01);
  expect(growthOf(levels, 'bridge')).toBeUndefined();
});

it('prints every part for a terminal', () => {
  const text = toText(smallResult, false);
  expect(text).toContain('machine: 2 × A Processor, 24.0 GiB, x64');
  for (const title of [
    'CNI ADD',
    'CNI DEL',
    "Where churnlab's ADD goes",
    'ADD p50 by live pods',
    'Memory',
    'Figures',
  ]) {
    expect(text).toContain(`\n${title}\n`);
  }
  expect(text).toMatch(/^ 900 +bridge +320 +.*15\.\d× \(/m);
  expect(text).toMatch(/^ +300\/s +3000 +100 +0 +900 ms +≥ 5\.00 s +9\.00 ms +no$/m);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

it('writes a page with machine, targets and limits', () => {
  const page = toMarkdown(smallResult);
  expect(page.match(/^#+ .*$/gm)).toMatchInlineSnapshot(`
    [
      "# Performance",
      "## Machine",
      "## Figures and targets",
      "## ADD and DEL",
      "### CNI ADD",
      "### CNI DEL",
      "### Where churnlab's ADD goes",
      "### What limits it",
      "## The flat curve",
      "### What limits it",
      "## The harness",
      "### What limits it",
      "## Throughput",
      "### Through the API, open loop",
      "### The plugin alone, closed loop",
      "### What limits it",
      "## Memory",
      "### What limits it",
      "## Lab up",
      "### What limits it",
    ]
  `);
  expect(page).toContain(
    '| lab up, 50 nodes | 31.0 s | at most 30.0 s | **no** | starts of Node processes |',
  );
  expect(page).toContain('**Through the API.** Processor time: about 8 ms a pod');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

it('gives figures and samples as JSON', () => {
  const { figures: list, levels } = JSON.parse(toJson(smallResult));
  expect(list).toHaveLength(15);
  expect(levels.levels[0].subjects[1].add).toHaveLength(16);
});
