/** What a long run comes to: its report has to stay a file that can be sent around. */
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeHtml } from './publish.ts';
import { syntheticFolder } from './testdata/synthetic-run.ts';

const PODS = 67_000;
const MOST_BYTES = 3e6;

it('makes a report below 3 MB out of a million samples', async () => {
  const { path: folder, run } = await syntheticFolder({ pods: PODS });
  onTestFinished(() => rm(path.dirname(folder), { recursive: true }));
  const samples = run.summaries.reduce((sum, { count }) => sum + count, 0);
  expect(samples).toBeGreaterThanOrEqual(1e6);
  const begin = performance.now();
  const { size } = await stat(await writeHtml(folder));
  console.log(`${samples} samples: ${size} bytes in ${Math.round(performance.now() - begin)} ms`);
  expect(size).toBeLessThan(MOST_BYTES);
});
