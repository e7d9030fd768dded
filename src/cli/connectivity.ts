import type { Command } from '@commander-js/extra-typings';
import { register as test } from './connectivity/test.ts';

const EXAMPLE = `
Examples:
  $ churnlab connectivity test
  $ churnlab connectivity test --lab big --only 'outside'`;

/** Adds `churnlab connectivity ...`. */
export function register(program: Command): void {
  const connectivity = program
    .command('connectivity')
    .description('who reaches whom in a lab')
    .addHelpText('after', EXAMPLE);
  test(connectivity as unknown as Command);
}
