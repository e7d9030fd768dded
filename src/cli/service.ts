import type { Command } from '@commander-js/extra-typings';
import { register as get } from './service/get.ts';
import { register as list } from './service/list.ts';

const EXAMPLE = `
Examples:
  $ churnlab service list
  $ churnlab service get default/web --node n2 -o json`;

/** Adds `churnlab service ...`. */
export function register(program: Command): void {
  const service = program
    .command('service')
    .description('look at the Services of a lab as the kernel has them')
    .addHelpText('after', EXAMPLE);
  list(service as unknown as Command);
  get(service as unknown as Command);
}
