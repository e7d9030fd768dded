import { Option } from '@commander-js/extra-typings';
import { SUBSTRATES } from '../scenario/index.ts';

/** `--substrate`: whose overrides are merged into a scenario. */
export function substrateOption() {
  return new Option('--substrate <name>', 'where it runs, if not where the scenario says').choices(
    SUBSTRATES,
  );
}

/** `--kernel`: read from the words themselves, before a command is parsed (src/cli/in-vm). */
export function kernelOption() {
  return new Option('--kernel <name>', 'of substrate vm: distribution, a version such as 6.12, or a package');
}
