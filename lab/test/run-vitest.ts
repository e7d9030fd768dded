import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../bootstrap.mjs';
import { NOTHING, type Tally } from './tally.ts';
import { TALLY_FILE } from './tally-reporter.ts';

const KILL_AFTER_MS = 10_000;

export interface VitestRun {
  readonly project: string;
  /** Files and options for vitest. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Killed, and counted as failed, after this many milliseconds. */
  readonly limit: number;
}

/** Runs one vitest project in a process of its own. Whatever ends it, the tally tells: a crash is a failure. */
export async function runVitest({ project, args, env, limit }: VitestRun): Promise<Tally> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'churnlab-tally-'));
  const file = path.join(folder, 'tally.json');
  const words = ['run', '--project', project, '--passWithNoTests', '--reporter=default'];
  const reporter = `--reporter=${path.join(import.meta.dirname, 'tally-reporter.ts')}`;
  try {
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, ...words, reporter, ...args], {
      cwd: ROOT,
      env: { ...env, [TALLY_FILE]: file },
      stdio: 'inherit',
    });
    const polite = setTimeout(() => child.kill('SIGTERM'), limit);
    const final = setTimeout(() => child.kill('SIGKILL'), limit + KILL_AFTER_MS);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    clearTimeout(polite);
    clearTimeout(final);
    return withExit(readTally(file), code, signal, project);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts an end that the tests do not explain as one failure more. */
export function withExit(
  tally: Tally | undefined,
  code: number | null,
  signal: string | null,
  project: string,
  print: (line: string) => void = console.error,
): Tally {
  if (tally && (code === 0 || tally.failed > 0)) return tally;
  print(
    `${project}: vitest ended with ${signal ?? `exit code ${code}`}${tally ? '' : ' and left no result'}`,
  );
  return { ...(tally ?? NOTHING), failed: 1 };
}

function readTally(file: string): Tally | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tally;
  } catch {
    return undefined;
  }
}
