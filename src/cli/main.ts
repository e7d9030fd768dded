/** The `churnlab` command: one file per command beside this one, each with a `register`. */
import { readFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { register as doctor } from './doctor.ts';

const WRONG_INPUT = 2;
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const program = new Command('churnlab')
  .description('A lab and load harness for pod networking')
  .version(version)
  .option('--no-install', 'install nothing; say what is missing and what to type')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_INPUT));

for (const register of [doctor]) register(program);
await program.parseAsync();
