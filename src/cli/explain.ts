import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { explain, renderExplanation } from '../scenario/index.ts';
import { withScenario } from './scenario-files.ts';
import { substrateOption } from './substrate-option.ts';

const EXAMPLE = `
Example:
  $ churnlab explain scenarios/pod-churn.yaml`;

/** Adds `churnlab explain`. */
export function register(program: Command): void {
  program
    .command('explain')
    .description('put a scenario into words: what it does, and what each gate demands')
    .argument('<file>', 'scenario file')
    .addOption(substrateOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action((file, { substrate, json }) => {
      withScenario(file, (document) => {
        // A matrix changes the lab only: the first combination stands for all.
        const place = substrate ?? document.substrate;
        const explanation = explain(document.on(place, document.cells(place)[0]));
        process.stdout.write(
          json ? `${JSON.stringify(explanation, null, 2)}\n` : renderExplanation(explanation, colors),
        );
      });
    });
}
