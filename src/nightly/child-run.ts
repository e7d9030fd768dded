import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { COMMAND, type SourceTree } from './source-tree.ts';

export interface ChildRunOptions {
  readonly tree: SourceTree;
  readonly scenario: string;
  readonly substrate: string;
  /** Where the run folder comes to lie. */
  readonly into: string;
  /** What the command says. */
  readonly log: string;
  /** Options of `churnlab run` besides. */
  readonly options: readonly string[];
  readonly signal: AbortSignal;
}

/** What became of one `churnlab run` of a tree. */
export interface ChildRun {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  /** Its run folder; undefined when it left no finished one. */
  readonly folder: string | undefined;
}

/** Runs a scenario by the command of a tree, in a process of its own. */
export async function childRun(options: ChildRunOptions): Promise<ChildRun> {
  const { tree, scenario, substrate, into, log, signal } = options;
  // Within the tree: a virtual machine can write nowhere else.
  const results = path.join(tree.folder, 'results', `.nightly-${process.pid}`);
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  try {
    const where = ['--substrate', substrate, '--results', results];
    const exitCode = await execute(tree.folder, ['run', scenario, ...where, ...options.options], log, signal);
    const name = (await readdir(results)).find((each) => isFinished(path.join(results, each)));
    if (name === undefined) return { exitCode, folder: undefined };
    const folder = path.join(into, name);
    await move(path.join(results, name), folder);
    return { exitCode, folder };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** The line of a log that says most: the first of the command's own errors, or else the last. */
export function complaint(log: string): string {
  const lines = stripVTControlCharacters(readFileSync(log, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    lines.find((line) => /error:|^churnlab: (?!installing|npm )/i.test(line)) ??
    lines.at(-1) ??
    'it said nothing'
  );
}

async function execute(
  cwd: string,
  args: string[],
  log: string,
  signal: AbortSignal,
): Promise<number | null> {
  const output = createWriteStream(log);
  await once(output, 'open');
  const child = spawn(process.execPath, [path.join(cwd, COMMAND), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  } finally {
    signal.removeEventListener('abort', stop);
    output.end();
    await once(output, 'close');
  }
}

function isFinished(folder: string): boolean {
  try {
    readFileSync(path.join(folder, 'run.json'));
    return true;
  } catch {
    return false;
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true });
  }
}
