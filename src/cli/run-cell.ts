import { createHash } from 'node:crypto';
import colors from 'picocolors';
import type { LiveServer } from '../report/index.ts';
import { plan, renderPlan, type Scenario, type ScenarioDocument } from '../scenario/index.ts';
import { type Lab, LabDirectory } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';
import type { ClusterFlags } from './cluster-option.ts';
import { type Executed, executeAndShow } from './execute.ts';
import { asThere, requireSame } from './lab-match.ts';
import { bringUp, openLab, takeDown } from './lab-place.ts';
import { withMachineServices } from './machine-services.ts';
import { withScriptImage } from './script-image.ts';
import { requireShardable, requireShards } from './shards-option.ts';
import { showPreflight } from './show-preflight.ts';
import { Steps } from './steps.ts';
import { trafficPrograms } from './traffic-programs.ts';

export interface RunOptions extends ClusterFlags {
  readonly lab?: string | undefined;
  readonly install: boolean;
  readonly keep?: true | undefined;
  readonly json?: true | undefined;
  readonly results?: string | undefined;
  /** Shows the run while it goes on. */
  readonly page?: LiveServer | undefined;
  /** Jobs that pods of substrate kubeconfig are started by; 1: this process starts them. */
  readonly shards?: number | undefined;
}

/** Runs one scenario, of a series or by itself. */
export async function runCell(
  source: ScenarioDocument,
  asked: Scenario,
  options: RunOptions,
  isOneOfSeveral: boolean,
): Promise<Executed> {
  const { json, results, page, shards = 1 } = options;
  const scenario = await onThisMachine(asked);
  requireShardable(scenario, shards);
  // One document for programs: of a matrix it comes at the end.
  const show = !json ? 'text' : isOneOfSeveral ? 'nothing' : 'json';
  const run = (lab?: Lab, programs?: TrafficPrograms, adapted = scenario) =>
    executeAndShow({
      ...(lab && { lab }),
      shards,
      programs,
      page,
      source,
      scenario: adapted,
      show,
      ...(results !== undefined && { results }),
    });
  // A plan draws the whole schedule first, which at the sizes of a simulation takes longer than to run it.
  if (scenario.substrate === 'sim') return await run();
  const showPlan = (of: Scenario): void => {
    process.stderr.write(`${renderPlan(plan(of), colors)}\n`);
  };
  // What a cluster is that was there before is known when it has been looked at.
  const isThere = scenario.substrate === 'kubeconfig';
  if (!isThere) showPlan(scenario);
  const steps = new Steps();
  const programs = () => trafficPrograms(scenario, steps.begin);
  if (options.lab !== undefined) {
    await using lab = await openLab(options.lab);
    const adapted = lab.substrate === 'kubeconfig' ? asThere(scenario, lab) : scenario;
    if (adapted !== scenario) showPlan(adapted);
    else requireSame(options.lab, lab.spec, scenario.spec.lab);
    requireShards(lab, shards);
    const built = await withScriptImage(lab, await programs(), steps.begin);
    steps.end();
    return await run(lab, built, adapted);
  }
  const directory = new LabDirectory(labName(scenario));
  try {
    await bringUp(directory, {
      ...{ command: 'run', substrate: scenario.substrate, spec: scenario.spec.lab },
      ...{ install: options.install, progress: steps.begin },
      cluster: { flags: options, scenario, shards, temporary: !options.keep, onPreflight: showPreflight },
    });
    const built = await programs();
    await using lab = await openLab(directory.name);
    const placed = await withScriptImage(lab, built, steps.begin);
    steps.end();
    const adapted = isThere ? asThere(scenario, lab) : scenario;
    if (isThere) showPlan(adapted);
    return await run(lab, placed, adapted);
  } catch (error) {
    steps.fail();
    throw error;
  } finally {
    if (options.keep) process.stderr.write(`Lab ${directory.name} is left up\n`);
    else await takeDown(directory, steps.begin);
    steps.end();
  }
}

async function onThisMachine(scenario: Scenario): Promise<Scenario> {
  const { spec, substrate } = scenario;
  const say = (line: string): boolean => process.stderr.write(`${line}\n`);
  return { ...scenario, spec: { ...spec, lab: await withMachineServices(spec.lab, substrate, say) } };
}

/** A lab of the run's own, so that two runs side by side do not meet. */
function labName(scenario: Scenario): string {
  const unique = createHash('sha256').update(`${process.pid} ${Date.now()}`).digest('hex').slice(0, 6);
  return `${scenario.name.slice(0, 20).replace(/-+$/, '')}-${unique}`;
}
