import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, it, onTestFinished } from 'vitest';
import { measurements, Recorder, readRun, readSamples, runSchemaText } from '../measure/index.ts';
import { writeHtml } from './publish.ts';
import { syntheticFolder } from './testdata/synthetic-run.ts';
import { judge } from './verdict/judge.ts';

async function folder(options = {}) {
  const made = await syntheticFolder(options);
  onTestFinished(() => rm(path.dirname(made.path), { recursive: true }));
  return made;
}

it('gives the same run, verdict and report from the folder as from memory', async () => {
  const { path: at, run } = await folder({ pods: 800, violations: true });
  const read = await readRun(at);
  expect(read).toEqual(JSON.parse(JSON.stringify(run)));
  expect(judge(read)).toEqual(judge(run));
  const once = await readFile(await writeHtml(at), 'utf8');
  expect(await readFile(await writeHtml(at), 'utf8')).toBe(once);
  expect(once).toContain('invariant broken');
});

it('keeps in the raw samples all that run.json says of them', async () => {
  const { path: at, run } = await folder({ pods: 800, outage: [1, 2] });
  const recorder = new Recorder();
  for (const { name, startNs, deadlineNs } of run.phases) recorder.beginPhase(name, startNs, deadlineNs);
  for await (const sample of readSamples(at)) recorder.append(sample);
  const again = measurements(recorder, { ...run.clock, gated: ['cni.add', 'pod.sandbox'] });
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect([...again.summaries].sort(byKey)).toEqual([...run.summaries].sort(byKey));
  expect(again.windows).toEqual(run.windows);
  expect(again.breakdown).toEqual(run.breakdown);
});

it('writes a run.json that the published schema accepts', async () => {
  const { path: at } = await folder({ pods: 800 });
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(runSchemaText()));
  const valid = validate(JSON.parse(await readFile(path.join(at, 'run.json'), 'utf8')));
  expect(validate.errors).toBeNull();
  expect(valid).toBe(true);
});
