import fs from 'node:fs';
import path from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { ensureTool } from '../../../lab/tools/index.ts';
import { exportLogs, isKind, isKubeconfig, LabDirectory, LabError } from '../../substrate/index.ts';
import { whole } from '../arguments.ts';
import { reporting } from '../errors.ts';
import { defaultName } from '../lab-place.ts';
import { substrateOption } from '../substrate-option.ts';
import { labsThere } from './labs-there.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:logs
  $ npm run lab:logs -- agent-n1 --lines 50
  $ npm run lab:logs -- --substrate kind --output logs-of-nodes`;

/** Adds `churnlab lab logs`. */
export function register(lab: Command): void {
  lab
    .command('logs')
    .description('the last lines of the logs of a lab, of all its processes or of some')
    .argument('[processes...]', 'names of processes, as in lab status')
    .option(
      '--name <name>',
      'name of the lab (default: "default"; of kind: "kind"; of kubeconfig: "cluster")',
    )
    .addOption(substrateOption())
    .option('--lines <n>', 'lines of each', whole, 20)
    .option('--output <folder>', 'of a kind lab: where the logs of all nodes and pods are collected')
    .addHelpText('after', EXAMPLE)
    .action((processes, { name: asked, substrate, lines, output }) =>
      reporting(async () => {
        const name = asked ?? defaultName(substrate);
        const directory = new LabDirectory(name);
        if (isKubeconfig(directory)) {
          throw new LabError(
            'bad-spec',
            `Lab ${name} is a cluster that was there before: kubectl logs has its logs`,
          );
        }
        if (isKind(directory)) {
          await collect(directory, output ?? `${name}-logs`);
          return;
        }
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

async function collect(directory: LabDirectory, folder: string): Promise<void> {
  const failed = await exportLogs(directory, await ensureTool('kind'), folder);
  if (failed !== '') process.stderr.write(`Not all of it could be had: ${failed}\n`);
  process.stdout.write(`Logs of all nodes and pods: ${folder}\n`);
}
