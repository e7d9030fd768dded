import { createHash } from 'node:crypto';
import colors from 'picocolors';
import type { LiveServer } from '../report/index.ts';
import { type LabSpec, plan, renderPlan, type Scenario, type ScenarioDocument } from '../scenario/index.ts';
import { type Lab, LabDirectory, LabError } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';
import { type Executed, executeAndShow } from './execute.ts';
import { bringUp, openLab, takeDown } from './lab-place.ts';
import { withMachineServices } from './machine-services.ts';
import { Steps } from './steps.ts';
import { trafficPrograms } from './traffic-programs.ts';

export interface RunOptions {
  readonly lab?: string | undefined;
  readonly install: boolean;
  readonly keep?: true | undefined;
  readonly json?: true | undefined;
  readonly results?: string | undefined;
  /** Shows the run while it goes on. */
  readonly page?: LiveServer | undefined;
}

/** Runs one scenario, of a series or by itself. */
export async function runCell(
  source: ScenarioDocument,
  asked: Scenario,
  options: RunOptions,
  isOneOfSeveral: boolean,
): Promise<Executed> {
  const { json, results, page } = options;
  const scenario = await onThisMachine(asked);
  // One document for programs: of a matrix it comes at the end.
  const show = !json ? 'text' : isOneOfSeveral ? 'nothing' : 'json';
  const run = (lab?: Lab, programs?: TrafficPrograms) =>
    executeAndShow({
      ...(lab && { lab }),
      programs,
      page,
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
