import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { syntheticFolder } from './testdata/synthetic-run.ts';
import { writeMarkdown } from './write-markdown.ts';

it('writes drawings beside the text that shows them, with words for those who do not see them', async () => {
  const { path: folder } = await syntheticFolder({ pods: 800 });
  const results = path.dirname(folder);
  onTestFinished(() => rm(results, { recursive: true }));
  await writeMarkdown(folder, path.join(results, 'report.md'));
  const files = (await readdir(results)).filter((file) => file.endsWith('.svg')).sort();
  expect(files).toEqual(
    ['heat-0', 'percentiles-0', 'percentiles-1', 'timeline'].map((id) => `report-${id}.svg`),
  );
  const text = await readFile(path.join(results, 'report.md'), 'utf8');
  for (const file of files) {
    expect(text).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(${file.replace('.', '\\.')}\\)`));
    const drawing = await readFile(path.join(results, file), 'utf8');
    expect(drawing).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="356" height="\d+" /);
    expect(drawing).toContain('prefers-color-scheme: dark');
    expect(drawing).not.toMatch(/NaN|Infinity|undefined|<script|url\(|href/);
    expect(drawing.length).toBeLessThan(60_000);
  }
});
