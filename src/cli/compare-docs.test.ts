/** Every `$ churnlab compare` of docs/comparing.md is executed, on runs made up from a seed, and must print what stands below it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Side } from '../compare/index.ts';
import type { RunDocument } from '../measure/index.ts';
import { madeUpSide } from '../report/testdata/small-comparison.ts';
import { register } from './compare.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs/comparing.md');
const WRITE = process.env.CHURNLAB_WRITE_DOCS !== undefined;
let directory: string;
let stdout = '';
let stderr = '';

const gates: RunDocument['gates'] = [
  {
    kind: 'regression',
    metric: 'cni.add',
    quantile: 'p50',
    detect: 0.1,
    minimum: 0.05,
    because: 'a pod waits for it',
  },
  { kind: 'regression', metric: 'pod.sandbox', quantile: 'p50', detect: 0.1, minimum: 0.05 },
  { kind: 'regression', metric: 'cni.del', quantile: 'p99', detect: 0.05, minimum: 0.02 },
];
const of =
  (identity: Partial<RunDocument['fingerprint']['identity']>) =>
  (run: RunDocument): RunDocument => ({
    ...run,
    gates,
    fingerprint: { ...run.fingerprint, identity: { ...run.fingerprint.identity, ...identity } },
  });

async function store({ runs }: Side, folder: string): Promise<void> {
  for (const { run } of runs) {
    const place = path.join(directory, folder, run.id);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'run.json'), JSON.stringify(run));
  }
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'churnlab-docs-'));
  const commit = '2'.repeat(40);
  const medians = { 'pod.sandbox': 12, 'cni.add': 2.4, 'cni.del': 1 };
  await store(madeUpSide('before', { change: of({}) }), 'results/before');
  await store(madeUpSide('after', { seed: 2, medians, change: of({ commit }) }), 'results/after');
  const machine = { commit, cpu: 'Another processor', cores: 4 };
  await store(madeUpSide('elsewhere', { seed: 3, change: of(machine) }), 'results/elsewhere');
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs a command; gives its exit code. */
async function churnlab(...words: readonly string[]): Promise<number> {
  [stdout, stderr] = ['', ''];
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
  const program = new Command('churnlab');
  register(program);
  await program.parseAsync(words, { from: 'user' });
  vi.restoreAllMocks();
  return Number(process.exitCode ?? 0);
}

describe('docs/comparing.md', () => {
  const blocks = [
    ...readFileSync(DOCS, 'utf8').matchAll(/```console\n\$ churnlab (compare [^\n>]*)\n([^`]*?)```/g),
  ];

  it.each(blocks.map(([block, command, printed]) => ({ block, command: command!, printed: printed! })))(
    '$command',
    async ({ block, command, printed }) => {
      await churnlab(...command.split(' '));
      if (WRITE) {
        const text = readFileSync(DOCS, 'utf8');
        writeFileSync(
          DOCS,
          text.replace(block, () => `\`\`\`console\n$ churnlab ${command}\n${stdout}\`\`\``),
        );
      } else expect(stdout).toBe(printed);
    },
  );

  it('has five of them', () => {
    expect(blocks).toHaveLength(5);
  });
});

describe('compare', () => {
  it.each([
    [0, ['compare', 'results/before', 'results/before']],
    [5, ['compare', 'results/before', 'results/after']],
    [6, ['compare', 'results/before', 'results/elsewhere']],
    [0, ['compare', 'results/before', 'results/elsewhere', '--allow', 'identity']],
    [2, ['compare', 'results/before']],
    [2, ['compare', 'results/before', 'results/nowhere']],
    [2, ['compare', 'results', 'results/before/nothing-*']],
  ])('ends with %i: %j', async (code, words) => {
    expect(await churnlab(...words)).toBe(code);
    expect(stderr.split('\n').length).toBe(code === 2 ? 2 : 1);
  });

  it('writes into a file when told to', async () => {
    const file = path.join(directory, 'page.html');
    await churnlab('compare', 'results/before', 'results/after', '--format', 'html', '--output', file);
    expect([stdout, readFileSync(file, 'utf8').slice(0, 15)]).toEqual(['', '<!doctype html>']);
  });
});
