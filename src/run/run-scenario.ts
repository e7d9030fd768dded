import path from 'node:path';
import { ConditionProbe, monotonicNs, type RunDocument, type RunEvent, RunFolder } from '../measure/index.ts';
import type { Scenario, ScenarioDocument } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';
import { documentOf } from './document.ts';
import { Run } from './run.ts';

export interface RunScenarioOptions {
  readonly lab: Lab;
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  /** Directory that holds the run folders. */
  readonly results: string;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** How long after the drain the kernel may still take things down in the background, in ms; 20 s by default. */
  readonly settleMs?: number;
  /** Programs for connections; needed where Services have backends. */
  readonly programs?: TrafficPrograms;
  /** Pods of a Job that start and end the run's pods, for open phases; 1: this process does. */
  readonly shards?: number;
}

/** A run and the folder that is to be finished with its document. */
export interface FinishedRun {
  readonly folder: RunFolder;
  readonly document: RunDocument;
}

/** Runs a scenario on a lab that is up; samples and events are in the folder as they come. */
export async function runScenario(options: RunScenarioOptions): Promise<FinishedRun> {
  const { lab, source, scenario, onEvent } = options;
  await using _ = await lab.occupy?.();
  const startedAt = new Date();
  const folder = RunFolder.create(options.results, scenario.name, startedAt);
  const probe = await ConditionProbe.start();
  const startNs = monotonicNs();
  const planned = scenario.spec.phases.reduce(
    (sum, phase) => sum + (phase.kind === 'churn' ? phase.count : 0),
    0,
  );
  const started: RunEvent = {
    kind: 'run.started',
    at: startNs,
    utc: startedAt.toISOString(),
    scenario: scenario.name,
    planned,
  };
  folder.event(started);
  onEvent(started);
  const outcome = await Run.execute({ ...options, folder, scenarioFolder: path.dirname(source.file) });
  const endNs = monotonicNs();
  folder.event({ kind: 'run.ended', at: endNs });
  onEvent({ kind: 'run.ended', at: endNs });
  const condition = await probe.end();
  const input = { id: folder.id, lab, source, scenario, outcome, condition, startedAt, startNs, endNs };
  return { folder, document: await documentOf(input) };
}
