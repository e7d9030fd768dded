/** `npm test`: works from a bare clone. Arguments: the tiers to run (checks, unit, kernel, full), then vitest's. */
import process from 'node:process';
import { run } from './bootstrap.mjs';

let started = false;
process.on('exit', () => {
  if (!started) process.stdout.write('0 passed, 1 failed, 0 skipped\n');
});
run('lab/test/main.ts', process.argv.slice(2)).on('spawn', () => {
  started = true;
});
