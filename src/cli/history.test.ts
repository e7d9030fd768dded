import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { night } from '../history/testdata/nights.ts';
import { register } from './history.ts';

let folder: string;
let stdout: string;
let stderr: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-history-'));
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** A run a night; from night 12 on it is slower. */
async function makeNights(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { id, runs } = night(i, { p50: (i < 12 ? 4e6 : 5e6) + 1000 * (i % 3) });
    await mkdir(path.join(folder, id));
    await writeFile(path.join(folder, id, 'run.json'), JSON.stringify(runs[0]!.run));
  }
}

const ACKNOWLEDGED = `apiVersion: churnlab.dev/v1alpha1
kind: AcknowledgedChanges
changes:
  - { metric: cni.add, since: 2026-10-13, reason: known }
`;

/** Runs the command; the exit code is 0 when none was set. */
async function history(...args: readonly string[]): Promise<number> {
  const program = new Command('churnlab');
  register(program);
  await program.parseAsync(['history', ...args], { from: 'user' });
  return Number(process.exitCode ?? 0);
}

describe('history', () => {
  it('shows trends, and ends with the outcome only when asked to', async () => {
    await makeNights(24);
    expect(await history(folder)).toBe(0);
    expect(stdout).toContain(
      'regression (exit 5)\n  pod-churn, netns: cni.add p50: worse by 25.0 % since 2026-10-13\n',
    );
    expect(await history(folder, '--exit-code')).toBe(5);
  });

  it('knows what is acknowledged in the folder, or where it is told to look', async () => {
    await makeNights(24);
    await writeFile(path.join(folder, 'acknowledged.yaml'), ACKNOWLEDGED);
    expect(await history(folder, '--exit-code', '--format', 'md')).toBe(0);
    expect(stdout).toContain('acknowledged | known |');
    const other = path.join(folder, 'other.yaml');
    await writeFile(other, ACKNOWLEDGED.replace('reason', 'reasons'));
    expect(await history(folder, '--acknowledged', other)).toBe(2);
    expect(stderr).toContain(`${other}:4:43: error: unknown field \`reasons\``);
  });

  it('is inconclusive with too few nights', async () => {
    await makeNights(3);
    expect(await history(folder, '--exit-code', '--format', 'json')).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'History', outcome: 'inconclusive' });
  });

  it('writes a page into the folder', async () => {
    await makeNights(12);
    expect(await history(folder, '--format', 'html')).toBe(0);
    const page = path.join(folder, 'history.html');
    expect(stdout).toBe(`${path.relative('', page)}\n`);
    expect(await readFile(page, 'utf8')).toContain('cni.add p50');
  });

  it('refuses a folder without results', async () => {
    expect(await history(path.join(folder, 'nowhere'))).toBe(2);
    expect(stderr).toBe(`Expected a folder of results, got ${path.join(folder, 'nowhere')}\n`);
  });
});
