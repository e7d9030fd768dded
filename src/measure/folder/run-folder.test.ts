import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURE_CLASSES } from '../../cni/index.ts';
import type { RunEvent } from '../events.ts';
import { METRICS, type MetricName } from '../metrics.ts';
import type { Sample } from '../sample.ts';
import { readEvents, readRun, readSamples } from './read-run.ts';
import { FILES, RunFolder } from './run-folder.ts';

let results: string;
beforeEach(async () => {
  results = await mkdtemp(path.join(os.tmpdir(), 'churnlab-results-'));
});
afterEach(() => rm(results, { recursive: true }));

const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !s.includes('\n'));
const arbitrarySample: fc.Arbitrary<Sample> = fc
  .record(
    {
      metric: fc.constantFrom<MetricName>(...METRICS.keys()),
      ns: fc.integer({ min: -10, max: 1e12 }),
      at: fc.integer({ min: 0, max: 1e15 }),
      outcome: fc.constantFrom('ok', 'pending', ...FAILURE_CLASSES),
      node: fc.constantFrom('n1', 'n2'),
      pod: text,
      labels: fc.constant({ plugin: 'bridge' }),
    },
    { requiredKeys: ['metric', 'ns', 'at', 'outcome'] },
  )
  .map(({ outcome, ...rest }) => ({
    ...rest,
    ok: outcome === 'ok',
    ...(outcome === 'pending' ? { pending: true } : outcome === 'ok' ? {} : { class: outcome }),
  }));

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const key = (sample: Sample) => JSON.stringify(Object.entries(sample).sort());

describe('RunFolder', () => {
  it('gives back every sample that was written, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrarySample, { maxLength: 200 }), async (samples) => {
        await using folder = RunFolder.create(results, 'pod-churn');
        for (const sample of samples) folder.write(sample);
        await folder.close();
        const read = await collect(readSamples(folder.path));
        expect(read.map(key).sort()).toEqual(samples.map(key).sort());
      }),
      { numRuns: 30 },
    );
  });

  it('keeps every sample when they come faster than they can be compressed', async () => {
    await using folder = RunFolder.create(results, 'flood');
    // More than can be in flight at a time, in either file.
    const n = 150_000;
    for (let i = 0; i < n; i++) {
      folder.write({ metric: 'pod.ready', ns: i, at: i, ok: true, pod: `churn-${i}` });
      folder.write({ metric: 'cni.add.exec', ns: i, at: i, ok: true, pod: `churn-${i}` });
    }
    await folder.close();
    const sums = { 'pod.ready': 0, 'cni.add.exec': 0 } as Record<string, number>;
    for await (const sample of readSamples(folder.path)) sums[sample.metric]! += sample.ns;
    expect(sums).toEqual({ 'pod.ready': (n * (n - 1)) / 2, 'cni.add.exec': (n * (n - 1)) / 2 });
  });

  it('says where a damaged file breaks off', async () => {
    await using folder = RunFolder.create(results, 'cut');
    folder.write({ metric: 'cni.add.exec', ns: 1, at: 1, ok: true });
    await folder.close();
    const file = path.join(folder.path, FILES.columns);
    await appendFile(file, 'CLSB');
    await expect(collect(readSamples(folder.path))).rejects.toThrow('samples.columns ends within a block');
    await truncate(file, 0);
    await appendFile(file, 'not a block at all');
    await expect(collect(readSamples(folder.path))).rejects.toThrow('Expected a block beginning with CLSB');
  });

  it('stores events in the order they came', async () => {
    await using folder = RunFolder.create(results, 'events');
    const events: RunEvent[] = [
      { kind: 'phase.started', at: 1, phase: 'churn', planned: 2, deadlineNs: 5 },
      { kind: 'address.granted', at: 3, address: '10.0.0.1', owner: 'a', node: 'n1' },
      { kind: 'address.released', at: 2, asked: 1, address: '10.0.0.1', owner: 'a', node: 'n1' },
    ];
    for (const event of events) folder.event(event);
    await folder.close();
    expect(await collect(readEvents(folder.path))).toEqual(events);
  });

  it('names the folder after time, scenario and a short id', () => {
    const folder = RunFolder.create(results, 'smoke', new Date('2026-11-21T06:14:26.789Z'));
    expect(folder.id).toMatch(/^20261121T061426Z-smoke-[0-9a-f]{6}$/);
    return folder.close();
  });

  it('calls a folder without run.json unfinished, and no folder not found', async () => {
    await using folder = RunFolder.create(results, 'killed');
    await expect(readRun(folder.path)).rejects.toMatchObject({ code: 'unfinished' });
    await expect(readRun(path.join(results, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
