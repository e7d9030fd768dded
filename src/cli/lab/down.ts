import type { Command } from '@commander-js/extra-typings';
import { LabDirectory } from '../../substrate/index.ts';
import { reporting } from '../errors.ts';
import { defaultName, takeDown } from '../lab-place.ts';
import { Steps } from '../steps.ts';
import { substrateOption } from '../substrate-option.ts';
import { labsThere } from './labs-there.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:down
  $ npm run lab:down -- --substrate kind
  $ npm run lab:down -- --substrate kubeconfig
  $ npm run lab:down -- --all

Cleans up after anything, a lab whose processes were killed included. Nothing to take down is no error.`;

/** Adds `churnlab lab down`. */
export function register(lab: Command): void {
  lab
    .command('down')
    .description('take a lab down; nothing of it is left')
    .option(
      '--name <name>',
      'name of the lab (default: "default"; of kind: "kind"; of kubeconfig: "cluster")',
    )
    .addOption(substrateOption())
    .option('--all', 'every lab of this clone')
    .addHelpText('after', EXAMPLE)
    .action(({ name, substrate, all }) =>
      reporting(async () => {
        const names = all ? LabDirectory.list() : [name ?? defaultName(substrate)];
        for (const each of names) {
          const steps = new Steps();
          const found = await takeDown(new LabDirectory(each), steps.begin);
          steps.end();
          process.stderr.write(found ? `Lab ${each} is down\n` : `There is no lab ${each}${labsThere()}\n`);
        }
        if (names.length === 0) process.stderr.write('There is no lab\n');
      }),
    );
}
