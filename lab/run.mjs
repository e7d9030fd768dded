/** Runs any TypeScript file of this repository from a bare clone: `node lab/run.mjs lab/setup/main.ts`. */
import process from 'node:process';
import { run } from './bootstrap.mjs';

const [file, ...args] = process.argv.slice(2);
if (file) run(file, args);
else process.stderr.write('usage: node lab/run.mjs FILE.ts [ARGUMENT ...]\n');
if (!file) process.exitCode = 2;
