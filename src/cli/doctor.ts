import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { examine, isReady } from './doctor/examine.ts';
import { renderExamined } from './doctor/render.ts';

const EXAMPLE = `
Examples:
  $ npm run doctor
  $ npm run -s doctor -- --json | jq '.capabilities[] | select(.answer == "no") | .name'

Looks and changes nothing. Exits 0 when the default lab can come up here, 1 when something that it needs is missing.`;

/** Adds `churnlab doctor`. It exits 1 when something that the default lab needs is missing. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description(
      'say what this machine has for which lab: yes, no or unknown, and how to get what is missing',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async ({ json }) => {
      const examined = await examine();
      const ready = isReady(examined);
      const palette = { yes: colors.green, no: colors.red, unknown: colors.yellow, dim: colors.dim };
      const text = json
        ? `${JSON.stringify({ ready, capabilities: examined }, null, 2)}\n`
        : renderExamined(examined, palette);
      process.stdout.write(text);
      process.exitCode = ready ? 0 : 1;
    });
}
