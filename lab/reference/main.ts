/**
 * Makes the reference runs of results/reference anew: `npm run reference`. Meant for a machine that does nothing else; what
 * it was is in each run.json. All are made before any is replaced.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../bootstrap.mjs';
import { referenceTurns, SUBJECTS, type Turn } from './subjects.ts';

const REFERENCE = path.join(ROOT, 'results/reference');
/** Of run.json it is a function: `churnlab report FOLDER --format html`. */
const REPORT = 'report.html';
const INCONCLUSIVE = 6;
/** Exit codes of runs that are kept. */
const KEPT = process.argv.includes('--busy') ? [0, INCONCLUSIVE] : [0];
/** A run that says of itself that it says nothing is made again, so many times; what else goes wrong ends it all. */
const ATTEMPTS = 4;
/** The first run after a build or a boot is slower. */
const WARM_UP: Turn = { subject: SUBJECTS[0]!, n: 0 };

/** Runs one, and gives its folder. @throws Error when it leaves none, or one that says nothing */
function run({ subject, n }: Turn, into: string): string {
  for (let attempt = 1; ; attempt++) {
    const { status, folder } = runOnce({ subject, n }, path.join(into, `${subject.name}-${n}-${attempt}`));
    if (status !== null && KEPT.includes(status) && folder !== undefined) return folder;
    if (status === INCONCLUSIVE && attempt < ATTEMPTS) continue;
    throw new Error(
      `${subject.name}-${n} ended with exit code ${status}: is the machine doing something else?`,
    );
  }
}

function runOnce({ subject, n }: Turn, results: string): { status: number | null; folder?: string } {
  mkdirSync(results, { recursive: true });
  const words = ['run', subject.scenario, '--results', results, '--set', `seed=${7 + n}`, ...subject.options];
  const { status } = spawnSync(process.execPath, ['lab/churnlab.mjs', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [folder] = readdirSync(results);
  return { status, ...(folder !== undefined && { folder: path.join(results, folder) }) };
}

const work = mkdtempSync(path.join(os.tmpdir(), 'churnlab-reference-'));
try {
  run(WARM_UP, work);
  const done = referenceTurns(SUBJECTS).map((turn) => ({ ...turn, folder: run(turn, work) }));
  rmSync(REFERENCE, { recursive: true, force: true });
  for (const { subject, n, folder } of done) {
    const target = path.join(REFERENCE, `${subject.name}-${n}`);
    cpSync(folder, target, { recursive: true, filter: (file) => path.basename(file) !== REPORT });
    console.log(path.relative(ROOT, target));
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
