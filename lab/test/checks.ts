import { spawnSync } from 'node:child_process';
import { ROOT } from '../bootstrap.mjs';
import type { Tally } from './tally.ts';

/** Scripts of package.json that look at the sources only, cheapest first. */
export const CHECKS = [
  'layers',
  'lock-file',
  'names',
  'links',
  'typecheck',
  'lint',
  'dead-code',
  'file-size',
] as const;

/** Runs every check, whatever the ones before it said; each counts as one test. Output is shown of those that fail. */
export function runChecks(env: NodeJS.ProcessEnv): Tally {
  const results = CHECKS.map((name) => {
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', name], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    const ok = status === 0;
    console.log(`${ok ? '✓' : '✗'} ${name} ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (!ok) console.error(`${stdout}${stderr}`);
    return ok;
  });
  return { passed: results.filter(Boolean).length, failed: results.filter((ok) => !ok).length, skips: [] };
}
