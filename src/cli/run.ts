import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { virtualHost } from '../measure/index.ts';
import { networkProblems } from '../networks/index.ts';
import { matrixJson, matrixText, publishMatrix } from '../report/index.ts';
import {
  formatDiagnostics,
  type LabSpec,
  loadScenario,
  plan,
  renderPlan,
  type Scenario,
  type ScenarioDocument,
  ScenarioError,
} from '../scenario/index.ts';
import { type Lab, LabDirectory, LabError } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';
import { reporting } from './errors.ts';
import { type Executed, executeAndShow, RESULTS } from './execute.ts';
import { runInVm } from './in-vm.ts';
import { bringUp, openLab, takeDown } from './lab-place.ts';
import { chosenCells, onlyOption } from './only-option.ts';
import { prepare } from './prepare.ts';
import { WRONG_INPUT } from './scenario-files.ts';
import { Steps } from './steps.ts';
import { kernelOption, substrateOption } from './substrate-option.ts';
import { trafficPrograms } from './traffic-programs.ts';

const EXAMPLE = `
Examples:
  $ npm run scenario -- scenarios/pod-churn.yaml
  $ npm run scenario -- scenarios/smoke.yaml --lab default

Brings up a lab of its own and takes it down again, or uses a running one with --lab.
Exit codes: 0 passed, 1 the harness failed, 2 wrong input, 3 a gate was broken, 4 an invariant was broken,
6 inconclusive. Of several runs (a matrix) the worst counts; a table at the end has them side by side.`;

interface Options {
  readonly lab?: string | undefined;
  readonly install: boolean;
  readonly keep?: true | undefined;
  readonly json?: true | undefined;
  readonly results?: string | undefined;
}

/** Adds `churnlab run`. */
export function register(program: Command): void {
  program
    .command('run')
    .alias('scenario')
    .description('run a scenario: load, measure, drain, check, report')
    .argument('<file>', 'scenario file')
    .addOption(substrateOption())
    .addOption(kernelOption())
    .option('--lab <name>', 'use this running lab; its configuration must match')
    .addOption(onlyOption())
    .option('--keep', 'leave the lab up for a look')
    .option('--results <folder>', 'where the run folder goes (results/)')
    .option('--json', 'print the result as JSON')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((file, { substrate, only, ...options }) =>
      reporting(async () => {
        try {
          const source = loadScenario(file);
          process.stderr.write(formatDiagnostics(source.warnings, colors));
          const place = substrate ?? source.substrate;
          const cells = chosenCells(source.cells, only);
          const scenarios = cells.map((cell) => source.on(place, cell));
          const refused = cells.flatMap((cell) => source.unsupported(place, cell, networkProblems));
          if (refused.length > 0) throw new ScenarioError(refused);
          if (place === 'vm' && !virtualHost()) {
            process.exitCode = await forward(scenarios, options.install);
            return;
          }
          process.exitCode = await runAll(source, scenarios, options);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          process.stderr.write(formatDiagnostics(error.diagnostics, colors));
          process.exitCode = WRONG_INPUT;
        }
      }),
    );
}

/** The same command in a virtual machine. What has to be built is built here, where the processor is a real one. */
async function forward(scenarios: readonly Scenario[], install: boolean): Promise<number> {
  const steps = new Steps();
  for (const scenario of scenarios) {
    await prepare('run', scenario.spec.lab, install, steps.begin);
    await trafficPrograms(scenario, steps.begin);
  }
  steps.end();
  return await runInVm(process.argv.slice(2), install);
}

/** Runs every combination; of a matrix all that ended are shown side by side. Returns the worst exit code. */
async function runAll(
  source: ScenarioDocument,
  scenarios: readonly Scenario[],
  options: Options,
): Promise<number> {
  const startedAt = new Date();
  const done: { readonly cell: Scenario['cell']; readonly executed: Executed }[] = [];
  try {
    for (const scenario of scenarios) {
      const executed = await runCell(source, scenario, options, scenarios.length > 1);
      done.push({ cell: scenario.cell, executed });
      if (executed.interrupted) break;
    }
  } finally {
    if (done.length > 1) await showMatrix(source, done, startedAt, options);
  }
  return Math.max(...done.map(({ executed }) => executed.verdict.exitCode));
}

/** Runs one combination of the matrix. */
async function runCell(
  source: ScenarioDocument,
  scenario: Scenario,
  options: Options,
  isOneOfSeveral: boolean,
): Promise<Executed> {
  const { json, results } = options;
  // One document for programs: of a matrix it comes at the end.
  const show = !json ? 'text' : isOneOfSeveral ? 'nothing' : 'json';
  const run = (lab?: Lab, programs?: TrafficPrograms) =>
    executeAndShow({
      ...(lab && { lab }),
      programs,
      source,
      scenario,
      show,
      ...(results !== undefined && { results }),
    });
  // A plan draws the whole schedule first, which at the sizes of a simulation takes longer than to run it.
  if (scenario.substrate === 'sim') return await run();
  process.stderr.write(`${renderPlan(plan(scenario), colors)}
`);
  const steps = new Steps();
  const programs = () => trafficPrograms(scenario, steps.begin);
  if (options.lab !== undefined) {
    await using lab = await openLab(options.lab);
    requireSame(options.lab, lab.spec, scenario.spec.lab);
    return await run(lab, await programs());
  }
  const directory = new LabDirectory(labName(scenario));
  try {
    await bringUp(directory, {
      ...{ command: 'run', substrate: scenario.substrate, spec: scenario.spec.lab },
      ...{ install: options.install, progress: steps.begin },
    });
    const built = await programs();
    steps.end();
    await using lab = await openLab(directory.name);
    return await run(lab, built);
  } catch (error) {
    steps.fail();
    throw error;
  } finally {
    if (options.keep) process.stderr.write(`Lab ${directory.name} is left up\n`);
    else await takeDown(directory, steps.begin);
    steps.end();
  }
}

async function showMatrix(
  source: ScenarioDocument,
  done: readonly { readonly cell: Scenario['cell']; readonly executed: Executed }[],
  startedAt: Date,
  { json, results = RESULTS }: Options,
): Promise<void> {
  const { name, description, file } = source;
  const cells = done.map(({ cell, executed }) => ({ cell: valuesOf(cell), folder: executed.folder }));
  const { folder, matrix } = await publishMatrix(results, {
    scenario: { name, description, file },
    startedAt,
    cells,
  });
  process.stdout.write(
    json ? matrixJson(matrix) : `\n${matrixText(matrix, { width: process.stdout.columns })}`,
  );
  process.stderr.write(`\nMatrix: ${path.relative('', folder) || folder}\n`);
}

function valuesOf(cell: Scenario['cell']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(cell).map(([axis, value]) => [axis, typeof value === 'number' ? value : String(value)]),
  );
}

/** A lab of the run's own, so that two runs side by side do not meet. */
function labName(scenario: Scenario): string {
  const unique = createHash('sha256').update(`${process.pid} ${Date.now()}`).digest('hex').slice(0, 6);
  return `${scenario.name.slice(0, 20).replace(/-+$/, '')}-${unique}`;
}

/** @throws LabError bad-spec with the fields that differ */
function requireSame(name: string, is: LabSpec, wanted: LabSpec): void {
  const differences = differing(is, wanted);
  if (differences.length === 0) return;
  throw new LabError(
    'bad-spec',
    `Lab ${name} is not what the scenario asks for:\n${differences.map((line) => `  ${line}`).join('\n')}\n` +
      'Leave --lab out for a lab of its own, or bring up one that matches',
  );
}

function differing(is: object, wanted: object, path = 'lab'): string[] {
  const keys = new Set([...Object.keys(is), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => {
    const [a, b] = [(is as Record<string, unknown>)[key], (wanted as Record<string, unknown>)[key]];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    const nested = typeof a === 'object' && typeof b === 'object' && a && b && !Array.isArray(a);
    if (nested) return differing(a as object, b as object, `${path}.${key}`);
    return [`${path}.${key}: the lab has ${JSON.stringify(a)}, the scenario ${JSON.stringify(b)}`];
  });
}
