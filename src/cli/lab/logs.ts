import fs from 'node:fs';
import path from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { LabDirectory, LabError } from '../../substrate/index.ts';
import { whole } from '../arguments.ts';
import { reporting } from '../errors.ts';
import { labsThere } from './labs-there.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:logs
  $ npm run lab:logs -- agent-n1 --lines 50`;

/** Adds `churnlab lab logs`. */
export function register(lab: Command): void {
  lab
    .command('logs')
    .description('the last lines of the logs of a lab, of all its processes or of some')
    .argument('[processes...]', 'names of processes, as in lab status')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--lines <n>', 'lines of each', whole, 20)
    .addHelpText('after', EXAMPLE)
    .action((processes, { name, lines }) =>
      reporting(async () => {
        const directory = new LabDirectory(name);
        const logs = directory.file('logs');
        if (!fs.existsSync(logs))
          throw new LabError('not-up', `Lab ${name} is not up (npm run lab:up)${labsThere()}`);
        const there = fs
          .readdirSync(logs)
          .map((file) => path.basename(file, '.log'))
          .sort();
        const unknown = processes.find((each) => !there.includes(each));
        if (unknown)
          throw new LabError('bad-spec', `Expected a process of ${there.join(', ')}, got ${unknown}`);
        for (const each of processes.length > 0 ? processes : there) {
          const text = fs.readFileSync(directory.log(each), 'utf8').trimEnd().split('\n').slice(-lines);
          process.stdout.write(`==> ${each} <==\n${text.join('\n')}\n\n`);
        }
      }),
    );
}
