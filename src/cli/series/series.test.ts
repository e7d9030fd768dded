import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSeries, type SeriesDocument, writeSeries } from '../../measure/index.ts';
import { register } from '../run.ts';

const HEAD = `apiVersion: churnlab.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  substrate: sim
  seed: 8
  lab: { nodes: 8, ipam: { cooldown: 1s } }
  phases:
    - { name: churn, pods: 100, arrivals: { process: poisson, rate: 100/s }, lifetime: { distribution: fixed, mean: 1s } }
    - { name: drain }
`;
let folder: string;
let file: string;
let stdout = '';
let stderr = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-series-'));
  file = path.join(folder, 'small.yaml');
  await writeFile(file, HEAD);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...words: readonly string[]): Promise<number> {
  const program = new Command('churnlab');
  register(program);
  await program.parseAsync(['run', ...words, '--cool-down', '0s'], { from: 'user' });
  return Number(process.exitCode ?? 0);
}

/** Runs a series into a folder of its own and gives what it wrote. */
async function series(
  ...words: readonly string[]
): Promise<{ place: string; document: SeriesDocument; code: number }> {
  const results = await mkdtemp(path.join(folder, 'results-'));
  const code = await run(...words, '--results', results);
  const place = path.join(results, (await readdir(results))[0]!);
  return { place, document: (await readSeries(place))!, code };
}

const told = ({ runs }: SeriesDocument) =>
  runs.map(({ variant, block, warmUp, seed }) => `${variant}${block}${warmUp ? 'w' : ''}:${seed}`).join(' ');

describe('a series', () => {
  it('repeats a scenario, a seed for each run', async () => {
    const { place, document, code } = await series(file, '--repeat', '2');
    expect(code).toBe(0);
    expect(told(document)).toBe('0w:8 1:8 2:9');
    expect((await readdir(place)).filter((name) => name.includes('-small-'))).toHaveLength(3);
    expect(document.runs.every(({ run }) => run !== null)).toBe(true);
  });

  it('runs two things in turns and compares them', async () => {
    const { document } = await series(
      file,
      '--compare',
      '--set',
      'lab.nodes=4',
      '--repeat',
      '2',
      '--warm-up',
      '0',
    );
    expect(told(document)).toBe('base0:8 lab.nodes=40:8 lab.nodes=41:9 base1:9');
    expect(stdout).toMatch(/\na {2}base: 2 runs.*\nb {2}lab\.nodes=4: 2 runs/);
    expect(stdout).toMatch(/lab\.nodes +8 +4 +compared/);
  });

  it('goes on where it was left, and with the same scenario only', async () => {
    const { place, document } = await series(file, '--repeat', '2', '--warm-up', '0');
    const runs = document.runs.map((each, i) => (i === 1 ? { ...each, run: null } : each));
    await writeSeries(place, { ...document, runs });
    await run('--resume', place);
    const after = (await readSeries(place))!.runs;
    expect(after[0]).toEqual(document.runs[0]);
    expect(after[1]!.run).not.toBeNull();
    await writeFile(file, `${HEAD}# changed\n`);
    expect(await run('--resume', place)).toBe(2);
    expect(stderr).toMatch(/small\.yaml has changed since .* began: start a new series, or bring it back\n$/);
    await writeFile(file, HEAD);
  });

  it('is what a matrix leaves, with its gates on growth', async () => {
    const matrix = path.join(folder, 'matrix.yaml');
    const gates = '  gates:\n    - { growth: ipam.node_cidr, axis: nodes, exponent: { max: 1 } }\n';
    await writeFile(matrix, `${HEAD}  matrix: { nodes: [2, 4, 8, 16] }\n${gates}`);
    const { place, document, code } = await series(matrix);
    expect(told(document)).toBe('nodes=20:null nodes=40:null nodes=80:null nodes=160:null');
    expect(await readdir(place)).toEqual(
      expect.arrayContaining(['matrix.json', 'index.html', 'series.json']),
    );
    expect(stdout).toMatch(/unclear¹ +ipam\.node_cidr p50 against nodes/);
    expect(code).toBe(6);
  });
});

describe('wrong input', () => {
  it.each([
    [[], 'Expected one scenario file, or two with --compare, got 0'],
    [['small.yaml', '--compare'], 'Expected two scenario files with --compare, or one and --set FIELD=VALUE'],
    [['small.yaml', 'small.yaml'], 'Expected one scenario file, or two with --compare, got 2'],
    [['--resume', '.'], 'Expected the folder of a series (with series.json), got '],
    [['small.yaml', '--set', 'lab.nods=3'], 'unknown field `nods`'],
    [['small.yaml', '--set', 'phases.churn=3'], 'expected a field that can be set, got `phases.churn`'],
    [
      ['small.yaml', '--set', 'phases.churm.pods=3'],
      'expected the name of a phase, one of `churn`, `drain`, got "churm"',
    ],
  ])('%j ends with 2', async (words, message) => {
    const paths = words.map((word) => (word === 'small.yaml' ? file : word === '.' ? folder : word));
    expect(await run(...paths)).toBe(2);
    expect(stderr).toContain(message);
  });
});
