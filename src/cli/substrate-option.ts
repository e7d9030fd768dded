import { Option } from '@commander-js/extra-typings';
import { SUBSTRATES } from '../scenario/index.ts';

/** `--substrate`: whose overrides are merged into a scenario. */
export function substrateOption() {
  return new Option('--substrate <name>', 'where it would run').choices(SUBSTRATES).default('netns' as const);
}
