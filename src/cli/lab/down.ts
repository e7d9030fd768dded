import type { Command } from '@commander-js/extra-typings';
import { down, LabDirectory } from '../../substrate/index.ts';
import { reporting } from '../errors.ts';
import { Steps } from '../steps.ts';
import { labsThere } from './labs-there.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:down
  $ npm run lab:down -- --all

Cleans up after anything, a lab whose processes were killed included. Nothing to take down is no error.`;

/** Adds `churnlab lab down`. */
export function register(lab: Command): void {
  lab
    .command('down')
    .description('take a lab down; nothing of it is left')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--all', 'every lab of this clone')
    .addHelpText('after', EXAMPLE)
    .action(({ name, all }) =>
      reporting(async () => {
        const names = all ? LabDirectory.list() : [name];
        for (const each of names) {
          const steps = new Steps();
          const found = await down(new LabDirectory(each), steps.begin);
          steps.end();
          process.stderr.write(found ? `Lab ${each} is down\n` : `There is no lab ${each}${labsThere()}\n`);
        }
        if (names.length === 0) process.stderr.write('There is no lab\n');
      }),
    );
}
