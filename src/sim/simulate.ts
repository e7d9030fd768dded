import { setFlagsFromString } from 'node:v8';
import { IpamError } from '../ipam/index.ts';
import {
  ConditionProbe,
  type InvariantResult,
  Recorder,
  type RunDocument,
  type RunEvent,
  RunFolder,
} from '../measure/index.ts';
import type { ChurnPhase, Scenario, ScenarioDocument, ScenarioSpec } from '../scenario/index.ts';
import { documentOf } from './document.ts';
import { fillEvents } from './fill-events.ts';
import { Pace } from './pace.ts';
import { drainPhase } from './phases/drain-phase.ts';
import { nodePhase } from './phases/node-phase.ts';
import { type OpenPodPhase, podPhase } from './phases/pod-phase.ts';
import { type RestartFacts, restart } from './restart.ts';
import { World } from './world.ts';

/**
 * How much the heap may grow, in percent, before old objects are collected again. V8 lets it double or more on a machine
 * with much memory, and a simulation would take whatever there is.
 */
const HEAP_GROWTH = 30;

/** Pods whose waits are kept one by one, about; of more every so manieth. */
const SAMPLED_PODS = 100_000;

export interface SimulateOptions {
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  /** Directory that holds the run folders. */
  readonly results: string;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** What a simulation leaves besides its samples. */
export interface SimOutcome {
  /** Undefined when the allocator's own rules forbid the pools. */
  readonly world: World | undefined;
  /** Why they do. */
  readonly forbidden: string | undefined;
  readonly planned: number;
  readonly every: number;
  readonly restarted: RestartFacts | undefined;
  readonly leftovers: readonly InvariantResult[];
  /** Real time of the phases, ms, and the most memory they took, bytes. */
  readonly wallMs: number;
  readonly peakBytes: number;
}

/**
 * Runs a scenario on substrate `sim`: the allocators of src/ipam and the queues of src/operator against a virtual clock,
 * without a kernel. Leaves a run folder that is to be finished with the document.
 */
export async function simulate(
  options: SimulateOptions,
): Promise<{ readonly folder: RunFolder; readonly document: RunDocument }> {
  const { scenario, source, results, onEvent } = options;
  const startedAt = new Date();
  const folder = RunFolder.create(results, scenario.name, startedAt, { columns: true });
  const event = (one: RunEvent): void => {
    folder.event(one);
    onEvent(one);
  };
  const planned = scenario.spec.phases.reduce(
    (sum, phase) => sum + (phase.kind === 'churn' ? phase.count : 0),
    0,
  );
  event({ kind: 'run.started', at: 0, utc: startedAt.toISOString(), scenario: scenario.name, planned });
  const probe = await ConditionProbe.start();
  const recorder = new Recorder({ sink: folder });
  const outcome = await execute({ ...options, recorder, planned, event });
  event({ kind: 'run.ended', at: outcome.world?.clock.ns ?? 0 });
  const condition = await probe.end();
  const document = await documentOf({
    id: folder.id,
    source,
    scenario,
    startedAt,
    recorder,
    outcome,
    condition,
  });
  return { folder, document };
}

interface Execution extends Pick<SimulateOptions, 'scenario' | 'signal'> {
  readonly recorder: Recorder;
  readonly planned: number;
  readonly event: (event: RunEvent) => void;
}

async function execute({ scenario, signal, recorder, planned, event }: Execution): Promise<SimOutcome> {
  const { spec } = scenario;
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const before = performance.now();
  const every = Math.max(1, Math.ceil(planned / SAMPLED_PODS));
  const pace = new Pace(recorder);
  const done = { planned, every };
  try {
    await using world: World = new World({
      ...{ spec, recorder, every, signal },
      onEvent: event,
      onProgress: () => {
        pace.tick(world);
        event(progressOf(world, planned));
      },
    });
    await world.up();
    const { restarted, leftovers } = await phases(world, spec);
    pace.tick(world);
    const cost = { wallMs: performance.now() - before, peakBytes: pace.peakBytes };
    for (const fill of fillEvents(world)) event(fill);
    return { ...done, ...cost, world, restarted, leftovers, forbidden: undefined };
  } catch (error) {
    if (!(error instanceof IpamError) || error.code !== 'config-invalid') throw error;
    const cost = { wallMs: performance.now() - before, peakBytes: 0 };
    return {
      ...done,
      ...cost,
      world: undefined,
      restarted: undefined,
      leftovers: [],
      forbidden: error.message,
    };
  }
}

/** All phases; the restarts come at the end of that with most pods. */
async function phases(world: World, spec: ScenarioSpec) {
  const churn = spec.phases.filter((phase): phase is ChurnPhase => phase.kind === 'churn');
  const most = Math.max(...churn.map(({ subject, count }) => (subject === 'pod' ? count : 0)));
  let pods = 0;
  let restarted: RestartFacts | undefined;
  for (const phase of churn) {
    if (phase.subject === 'node') await nodePhase(world, phase);
    else pods += await podPhase(world, phase as OpenPodPhase, pods);
    if (restarted === undefined && (phase.subject === 'pod' ? phase.count : 0) === most) {
      restarted = await restart(world);
    }
  }
  const drain = spec.phases.find((phase) => phase.kind === 'drain');
  return { restarted, leftovers: drain === undefined ? [] : await drainPhase(world, drain) };
}

function progressOf({ clock, pods }: World, planned: number): RunEvent {
  return {
    kind: 'progress',
    at: clock.ns,
    progress: {
      started: pods.started,
      planned,
      alive: pods.alive.at(clock.ns),
      ratePerSecond: 0,
      late: 0,
      dropped: 0,
      failed: {},
      remainingNs: 0,
      quantiles: {},
    },
  };
}
