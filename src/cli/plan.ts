import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { plan, renderPlan, ScenarioError } from '../scenario/index.ts';
import { withScenario } from './scenario-files.ts';
import { substrateOption } from './substrate-option.ts';

const EXAMPLE = `
Example:
  $ churnlab plan scenarios/pod-churn.yaml --substrate kind

Exits 2 when the file has mistakes, or asks for what this version cannot run yet.`;

/** Adds `churnlab plan`. */
export function register(program: Command): void {
  program
    .command('plan')
    .description('say what a scenario comes to before it starts: pods, addresses, time, memory')
    .argument('<file>', 'scenario file')
    .addOption(substrateOption())
    .option('--json', 'print JSON: a list with one plan per combination of the matrix')
    .addHelpText('after', EXAMPLE)
    .action((file, { substrate, json }) => {
      withScenario(file, (document) => {
        const place = substrate ?? document.substrate;
        const machine = { cores: availableParallelism() };
        const plans = document.cells.map((cell) => plan(document.on(place, cell), machine));
        const text = json
          ? `${JSON.stringify(plans, null, 2)}\n`
          : plans.map((each) => renderPlan(each, colors)).join('\n');
        process.stdout.write(text);
        const refused = document.cells.flatMap((cell) => document.unsupported(place, cell));
        if (refused.length > 0) throw new ScenarioError(refused);
      });
    });
}
