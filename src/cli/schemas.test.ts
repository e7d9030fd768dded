import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { concludeAgain, keepInHistory } from '../nightly/index.ts';
import { storedNight } from '../nightly/testing/stored-night.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let night: string;
let series: string;
let history: unknown;
beforeAll(async () => {
  night = await mkdtemp(path.join(os.tmpdir(), 'churnlab-schemas-'));
  await storedNight(night);
  const done = await concludeAgain(night);
  series = path.join(night, done.document.entries[0]!.series);
  history = await keepInHistory(path.join(night, 'history'), done, []);
});
afterAll(() => rm(night, { recursive: true }));

const json = async (...parts: string[]): Promise<unknown> =>
  JSON.parse(await readFile(path.join(...parts), 'utf8'));

/** What programs that are not ours are told, held against what is written. */
const WRITTEN: Readonly<Record<string, () => Promise<unknown>>> = {
  run: () => json(ROOT, 'results/reference/pod-start-1/run.json'),
  series: () => json(series, 'series.json'),
  comparison: () => json(series, 'comparison.json'),
  history: async () => history,
  nightly: () => json(night, 'nightly.json'),
  'nightly-list': async () => parse(await readFile(path.join(ROOT, '.github/nightly.yaml'), 'utf8')),
};

test.each(Object.keys(WRITTEN))('schemas/%s.schema.json describes what is written', async (name) => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile((await json(ROOT, `schemas/${name}.schema.json`)) as object);
  const valid = validate(await WRITTEN[name]!());
  expect(validate.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});
