import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RUN_FORMAT } from './document.ts';
import { readEvents, readRun, readSamples } from './read-run.ts';
import { UPGRADES, upgraded } from './upgrade.ts';

const TESTDATA = path.join(import.meta.dirname, 'testdata');
const formats = Array.from({ length: RUN_FORMAT }, (_, index) => `format-${index + 1}`);

test('there is an upgrade from each older format, and a run of every format', () => {
  expect(UPGRADES).toHaveLength(RUN_FORMAT - 1);
  expect(readdirSync(TESTDATA)).toEqual(expect.arrayContaining(formats));
});

describe.each(formats)('a stored run of %s', (format) => {
  const folder = path.join(TESTDATA, format);

  test('is read as one of the present', async () => {
    const run = await readRun(folder);
    expect(run).toMatchObject({ format: RUN_FORMAT, load: { started: 60, completed: 60 } });
    expect(run.summaries.find(({ key }) => key === 'pod.ready')).toMatchObject({ count: 60, ok: 60 });
  });

  test('gives its samples and events', async () => {
    const counts: Record<string, number> = {};
    for await (const { metric, ok } of readSamples(folder))
      if (ok) counts[metric] = (counts[metric] ?? 0) + 1;
    expect(counts).toMatchObject({ 'pod.ready': 60, 'cni.add': 60, 'cni.add.exec': 60 });
    const kinds = new Set<string>();
    for await (const { kind } of readEvents(folder)) kinds.add(kind);
    expect([...kinds]).toEqual(expect.arrayContaining(['run.started', 'progress', 'ipam', 'run.ended']));
  });
});

test('a newer format is refused, and what has none is left to the schema', () => {
  expect(() => upgraded({ format: RUN_FORMAT + 1 }, 'run.json')).toThrow(
    `run.json has format ${RUN_FORMAT + 1}; this version reads up to ${RUN_FORMAT}`,
  );
  for (const json of [null, 1, { format: 0 }, { format: 'x' }]) expect(upgraded(json, 'run.json')).toBe(json);
});
