import type { Command } from '@commander-js/extra-typings';
import { register as conformance } from './cni/conformance.ts';

const EXAMPLE = `
Examples:
  $ churnlab cni conformance
  $ churnlab cni conformance --cni-bin ./plugins my.conflist`;

/** Adds `churnlab cni ...`. */
export function register(program: Command): void {
  const cni = program
    .command('cni')
    .description('plugins of the Container Network Interface')
    .addHelpText('after', EXAMPLE);
  conformance(cni as unknown as Command);
}
