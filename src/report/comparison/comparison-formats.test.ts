import path from 'node:path';
import { expect, it } from 'vitest';
import { compare, falseAlarms, selfTest } from '../../compare/index.ts';
import { madeUpSide, smallComparison } from '../testdata/small-comparison.ts';
import { falseAlarmsText, selfTestText } from './calibration-text.ts';
import { comparisonBenchstat } from './comparison-benchstat.ts';
import { comparisonJson } from './comparison-json.ts';
import { comparisonJunit } from './comparison-junit.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';
import { comparisonText } from './comparison-text.ts';

/** What each format makes of one comparison; `vitest -u` writes it anew. */
const golden = (name: string) => path.join(import.meta.dirname, 'testdata', name);
const comparison = smallComparison();

it.each([
  ['comparison.txt', comparisonText(comparison, { color: false })],
  ['comparison-all.txt', comparisonText(comparison, { color: false, all: true })],
  ['comparison.md', comparisonMarkdown(comparison)],
  ['comparison.junit.xml', comparisonJunit(comparison)],
  ['comparison.benchstat', comparisonBenchstat(comparison)],
])('%s', async (name, text) => {
  await expect(text).toMatchFileSnapshot(golden(name));
});

it('JSON is the document', () => {
  expect(JSON.parse(comparisonJson(comparison))).toEqual(comparison);
});

it('refused sides, in text and JUnit', async () => {
  const other = madeUpSide('other', {
    seed: 2,
    change: (run) => ({ ...run, lab: { ...run.lab, 'agent processes': 9 } }),
  });
  const refused = compare(madeUpSide('base'), other);
  await expect(comparisonText(refused, { color: false })).toMatchFileSnapshot(golden('refused.txt'));
  expect(comparisonJunit(refused)).toContain('<failure type="inconclusive" message="lab.agent processes: ');
});

it('names and reasons do not become markup', () => {
  const hostile = { ...comparison, title: '<b>"&', reasons: ['<script>'], warnings: ['[link](x)'] };
  expect(comparisonJunit(hostile)).toContain('name="compare &#60;b&#62;&#34;&#38;"');
  expect(comparisonMarkdown(hostile)).not.toMatch(/<script>|<b>|\[link\]/);
});

it('calibrations', async () => {
  const side = madeUpSide('base', { runs: 16 });
  await expect(falseAlarmsText('base', falseAlarms(side))).toMatchFileSnapshot(golden('a-a.txt'));
  await expect(selfTestText('base', selfTest(side, { pairs: 50 }))).toMatchFileSnapshot(
    golden('self-test.txt'),
  );
});
