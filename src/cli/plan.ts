import { availableParallelism } from 'node:os';
import { type Command, Option } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { networkProblems } from '../networks/index.ts';
import {
  IPAM_MODES,
  LabSpecError,
  plan,
  renderPlan,
  ScenarioError,
  type Substrate,
} from '../scenario/index.ts';
import { list, whole } from './arguments.ts';
import { reporting } from './errors.ts';
import { type Chosen, chosenCells, onlyOption } from './only-option.ts';
import {
  type CapacityFlags,
  capacityText,
  growthArgument,
  labOfFlags,
  labOfScenario,
  PODS_PER_NODE,
} from './plan-capacity.ts';
import { withScenario } from './scenario-files.ts';
import { substrateOption } from './substrate-option.ts';

const EXAMPLE = `
Examples:
  $ churnlab plan scenarios/pod-churn.yaml --substrate kind
  $ churnlab plan --capacity --cidr 10.0.0.0/8 --node-mask 24 --nodes 300 --growth 5/d
  $ churnlab plan --capacity scenarios/node-cidr-exhaustion.yaml --growth 10%/mo

With --capacity: how many nodes and pods the CIDRs hold, what is lost to rounding, when they run out, and what other
masks would give. Exits 2 when there are mistakes, or what this version or the allocator cannot do.`;

/** Adds `churnlab plan`. */
export function register(program: Command): void {
  program
    .command('plan')
    .description('say what a scenario comes to before it starts, or how far CIDRs reach: on paper')
    .argument('[file]', 'scenario file')
    .addOption(substrateOption())
    .addOption(onlyOption())
    .option('--json', 'print JSON: a list with one plan per combination of the matrix, or the capacity')
    .option('--capacity', 'how many nodes and pods the CIDRs of the lab hold, and until when')
    .option('--cidr <cidrs>', 'with --capacity: these CIDRs instead of a file, of one family or both', list)
    .option('--node-mask <n>', 'with --cidr: size of a piece of IPv4 (24)', whole)
    .option('--node-mask6 <n>', 'with --cidr: size of a piece of IPv6 (64)', whole)
    .addOption(new Option('--ipam <mode>', 'with --capacity: whose rules count').choices(IPAM_MODES))
    .option('--nodes <n>', 'with --capacity: nodes there are now', whole)
    .option('--pods-per-node <n>', 'with --capacity: pods a node is meant to hold', whole, PODS_PER_NODE)
    .option('--growth <rate>', 'with --capacity: 20/d nodes a day, or 10%/mo; also /w and /y', growthArgument)
    .addHelpText('after', EXAMPLE)
    .action((file, { substrate, capacity, only, ...flags }) =>
      reporting(async () => {
        if (capacity) printCapacity(file, flags);
        else if (file !== undefined) printPlan(file, { substrate, only, json: flags.json });
        else throw new LabSpecError(['Expected a scenario file, or --capacity with --cidr']);
      }),
    );
}

function printCapacity(file: string | undefined, flags: CapacityFlags): void {
  if (file === undefined) process.stdout.write(capacityText(labOfFlags(flags), flags));
  else {
    withScenario(file, (document) => {
      process.stdout.write(capacityText(labOfScenario(document, flags), flags));
    });
  }
}

interface PlanFlags {
  readonly substrate: Substrate | undefined;
  readonly only: Chosen | undefined;
  readonly json: true | undefined;
}

function printPlan(file: string, { substrate, only, json }: PlanFlags): void {
  withScenario(file, (document, cellsOn) => {
    const place = substrate ?? document.substrate;
    const cells = chosenCells(cellsOn(place), only);
    const machine = { cores: availableParallelism() };
    const plans = cells.map((cell) => plan(document.on(place, cell), machine));
    const text = json
      ? `${JSON.stringify(plans, null, 2)}\n`
      : plans.map((each) => renderPlan(each, colors)).join('\n');
    process.stdout.write(text);
    const refused = cells.flatMap((cell) => document.unsupported(place, cell, networkProblems));
    if (refused.length > 0) throw new ScenarioError(refused);
  });
}
