import type { Command } from '@commander-js/extra-typings';
import { register as down } from './lab/down.ts';
import { register as logs } from './lab/logs.ts';
import { register as status } from './lab/status.ts';
import { register as up } from './lab/up.ts';

const EXAMPLE = `
Examples:
  $ churnlab lab up --nodes 8 --name big
  $ churnlab lab status --name big
  $ churnlab lab down --name big`;

/** Adds `churnlab lab ...`. */
export function register(program: Command): void {
  const lab = program
    .command('lab')
    .description('bring labs up and down, look at them')
    .addHelpText('after', EXAMPLE);
  for (const each of [up, down, status, logs]) each(lab as unknown as Command);
}
