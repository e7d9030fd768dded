import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { virtualHost } from '../measure/index.ts';
import { networkProblems } from '../networks/index.ts';
import {
  type Cell,
  formatDiagnostics,
  isSuite,
  loadScenario,
  type Scenario,
  type ScenarioDocument,
  ScenarioError,
  type Substrate,
} from '../scenario/index.ts';
import { whole } from './arguments.ts';
import { cellsHere } from './cells-here.ts';
import { contextOption, imageOption, kubeconfigOption, otherWorkloadsOption } from './cluster-option.ts';
import { reporting } from './errors.ts';
import { RESULTS } from './execute.ts';
import { runInVm } from './in-vm.ts';
import { substrateOf } from './lab-place.ts';
import { LivePage } from './live-page.ts';
import { withMachineServices } from './machine-services.ts';
import {
  cniBinOption,
  imageArchiveOption,
  networksOption,
  valuesOption,
  withNetworks,
} from './network-option.ts';
import { chosenCells, onlyOption } from './only-option.ts';
import { prepare } from './prepare.ts';
import { runCell } from './run-cell.ts';
import { WRONG_INPUT } from './scenario-files.ts';
import { sourceOf, type Variant } from './series/plan-series.ts';
import type { RunOne } from './series/run-series.ts';
import { newSeries, resumeSeries } from './series/series-command.ts';
import { COOL_DOWN_NS, count, duration } from './series/series-options.ts';
import { setOption } from './series/set-option.ts';
import { variantsOf } from './series/variants.ts';
import { shardsOption } from './shards-option.ts';
import { Steps } from './steps.ts';
import { kernelOption, substrateOption } from './substrate-option.ts';
import { resumeSuite, runSuite } from './suite/run-suite.ts';
import { trafficPrograms } from './traffic-programs.ts';

const EXAMPLE = `
Examples:
  $ npm run scenario -- scenarios/pod-churn.yaml
  $ npm run scenario -- scenarios/smoke.yaml --lab default
  $ npm run scenario -- scenarios/smoke.yaml --network ptp --network cni:my.conflist --cni-bin ./plugins
  $ npm run scenario -- scenarios/networks.yaml --substrate kind --network helm:./acme --image-archive acme.tar
  $ npm run scenario -- scenarios/smoke.yaml --repeat 8
  $ npm run scenario -- scenarios/smoke.yaml --compare --set lab.network=bridge --repeat 8
  $ npm run scenario -- --compare a.yaml b.yaml --repeat 8
  $ npm run scenario -- scenarios/pod-churn.yaml --substrate kubeconfig --context staging
  $ npm run scenario -- --resume results/20261121T061426Z-smoke-series-5eed00

Brings up a lab of its own and takes it down again, or uses a running one with --lab.
Exit codes: 0 passed, 1 the harness failed, 2 wrong input, 3 a gate was broken, 4 an invariant was broken,
5 the second is worse than the first (--compare), 6 inconclusive. Of several runs the worst counts.
Several runs (--repeat, --compare, a matrix) are a series: one folder, which goes on where it was left with --resume.`;

/** Runs a side of a comparison unless told otherwise: what nightly gates compare. */
const COMPARED = 8;

/** Adds `churnlab run`. */
export function register(program: Command): void {
  program
    .command('run')
    .alias('scenario')
    .description('run a scenario: load, measure, drain, check, report')
    .argument('[files...]', 'scenario file or suite; two with --compare')
    .addOption(substrateOption())
    .addOption(kernelOption())
    .option('--lab <name>', 'use this running lab; its configuration must match')
    .addOption(contextOption())
    .addOption(kubeconfigOption())
    .addOption(imageOption())
    .addOption(otherWorkloadsOption())
    .addOption(shardsOption())
    .addOption(onlyOption())
    .addOption(networksOption())
    .addOption(cniBinOption())
    .addOption(valuesOption())
    .addOption(imageArchiveOption())
    .addOption(setOption())
    .option('--repeat <n>', 'run it so many times, each with a seed of its own', whole)
    .option('--compare', 'run two things in turns: two files, or one as it is and with --set')
    .option('--warm-up <blocks>', 'of a series: blocks before those that count (1; 0 for a matrix)', count)
    .option('--cool-down <time>', 'of a series: pause between blocks (2s)', duration, COOL_DOWN_NS)
    .option('--resume <folder>', 'go on with a series that did not come to its end')
    .option('--live', 'show it on a local web page while it goes on; says where')
    .option('--keep', 'leave the lab up for a look')
    .option('--results <folder>', 'where the run folder goes (results/)')
    .option('--json', 'print the result as JSON')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((files, { substrate, only, set = [], ...options }) =>
      reporting(async () => {
        try {
          const { compare = false, repeat = compare ? COMPARED : 1, json = false, coolDown } = options;
          await using live = new LivePage(options.live ?? false);
          const runOne: RunOne = async (source, scenario, results) =>
            await runCell(source, scenario, { ...options, page: await live.open(), results }, true);
          if (options.resume !== undefined) {
            const code = await resumeSuite(options.resume, json, runOne);
            process.exitCode = code ?? (await resumeSeries(options.resume, json, runOne));
            return;
          }
          const { results = RESULTS, network } = options;
          const chosen = (of: readonly Cell[]) => chosenCells(withNetworks(of, network, options), only);
          if (files.length === 1 && isSuite(files[0]!)) {
            const request = { substrate, repeat: options.repeat, coolDownNs: coolDown, results, json };
            const suite = { ...request, warmUp: options.warmUp ?? 0, cells: chosen };
            process.exitCode = await runSuite(files[0]!, suite, runOne);
            return;
          }
          const sources = files.map(loadScenario);
          for (const { warnings } of sources) process.stderr.write(formatDiagnostics(warnings, colors));
          const there = options.lab === undefined ? undefined : substrateOf(options.lab);
          const place = substrate ?? there ?? sources[0]?.substrate ?? 'netns';
          const cells = (source: ScenarioDocument) => cellsHere(chosen(source.cells(place)), place);
          const variants = variantsOf(sources, cells, { compare, settings: set });
          const scenarios = variants.map((variant) => supported(variant, place));
          if (place === 'vm' && !virtualHost()) {
            process.exitCode = await forward(scenarios, options.install);
            return;
          }
          if (variants.length === 1 && repeat === 1) {
            const page = await live.open();
            const executed = await runCell(sources[0]!, scenarios[0]!, { ...options, page }, false);
            process.exitCode = executed.verdict.exitCode;
            return;
          }
          const warmUp = options.warmUp ?? (compare || repeat > 1 ? 1 : 0);
          const request = { substrate: place, repeat, warmUp, coolDownNs: coolDown, results, json };
          process.exitCode = await newSeries(variants, request, runOne);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          process.stderr.write(formatDiagnostics(error.diagnostics, colors));
          process.exitCode = WRONG_INPUT;
        }
      }),
    );
}

/** The scenario of a variant. @throws ScenarioError when this version cannot run it there */
function supported(variant: Variant, place: Substrate): Scenario {
  const source = sourceOf(variant, null);
  const refused = source.unsupported(place, variant.cell, networkProblems);
  if (refused.length > 0) throw new ScenarioError(refused);
  return source.on(place, variant.cell);
}

/** The same command in a virtual machine. What has to be built is built here, where the processor is a real one. */
async function forward(scenarios: readonly Scenario[], install: boolean): Promise<number> {
  const steps = new Steps();
  for (const scenario of scenarios) {
    const lab = await withMachineServices(scenario.spec.lab, 'vm', steps.begin);
    await prepare('run', lab, install, steps.begin);
    await trafficPrograms(scenario, steps.begin);
  }
  steps.end();
  // A page in the machine could not be reached from here.
  return await runInVm(
    process.argv.slice(2).filter((argument) => argument !== '--live'),
    install,
  );
}
