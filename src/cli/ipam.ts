import type { Command } from '@commander-js/extra-typings';
import { register as show } from './ipam/show.ts';

const EXAMPLE = `
Examples:
  $ churnlab ipam show
  $ churnlab ipam show --name big --watch`;

/** Adds `churnlab ipam ...`. */
export function register(program: Command): void {
  const ipam = program
    .command('ipam')
    .description('look at the address pools of a lab')
    .addHelpText('after', EXAMPLE);
  show(ipam as unknown as Command);
}
