import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ensureTool } from '../../../lab/tools/index.ts';
import { smallComparison } from '../testdata/small-comparison.ts';
import { comparisonBenchstat } from './comparison-benchstat.ts';

it('benchstat reads what we write, finds what we find, and complains of nothing', async () => {
  const benchstat = await ensureTool('benchstat');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-benchstat-'));
  try {
    const file = path.join(folder, 'runs.txt');
    await writeFile(file, comparisonBenchstat(smallComparison()));
    const run = promisify(execFile);
    const { stdout, stderr } = await run(benchstat, ['-col', 'side', '-format', 'csv', file]);
    // Parts that are the same in all are told once, at the top.
    expect(stderr).not.toMatch(/error|skip|malformed|parse/i);
    const rows = stdout.split('\n').map((line) => line.split(','));
    const row = rows.find(([name]) => name?.includes('cni.add'))!;
    // name, a, ±, b, ±, difference, p: benchstat shows our nanoseconds as seconds.
    expect(Number(row[1])).toBeCloseTo(0.00197, 4);
    expect(row[5]).toMatch(/^\+2\d\.\d+%$/);
    expect(row[6]).toMatch(/^p=0\.000 n=8/);
    const same = rows.find(([name]) => name?.includes('pod.sandbox'))!;
    expect(same[5]).toBe('~');
  } finally {
    await rm(folder, { recursive: true });
  }
});
