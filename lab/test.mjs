/** `npm test`: works from a bare clone. Arguments: the tiers to run (checks, unit, kernel, full), then files. */
import process from 'node:process';
import { run } from './bootstrap.mjs';

run('lab/test/main.ts', process.argv.slice(2));
