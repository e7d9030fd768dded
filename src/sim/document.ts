import {
  type Condition,
  type InvariantResult,
  identify,
  measurements,
  type Recorder,
  RUN_FORMAT,
  type RunDocument,
} from '../measure/index.ts';
import { formatCount, type Scenario, type ScenarioDocument } from '../scenario/index.ts';
import { exhaustionOf } from './exhaustion.ts';
import type { SimOutcome } from './simulate.ts';

export interface DocumentInput {
  readonly id: string;
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  readonly startedAt: Date;
  readonly recorder: Recorder;
  readonly outcome: SimOutcome;
  readonly condition: Condition;
}

/** run.json of a simulation: instants are ns of virtual time from its beginning. */
export async function documentOf(input: DocumentInput): Promise<RunDocument> {
  const { id, source, scenario, startedAt, recorder, outcome, condition } = input;
  const { spec } = scenario;
  const { world, planned, forbidden } = outcome;
  // Limits on what could not happen would only be inconclusive: the refusal is the result.
  const gates = forbidden === undefined ? (spec.gates as RunDocument['gates']) : [];
  const endNs = world?.clock.ns ?? 0;
  const exhaustion = world && exhaustionOf(world);
  const started = (world?.pods.started ?? 0) + (world?.nodes.hollowCount ?? 0);
  const failed = (world?.pods.failed ?? 0) + (world?.nodes.gaveUp ?? 0);
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Run',
    format: RUN_FORMAT,
    id,
    scenario: {
      name: scenario.name,
      description: scenario.description,
      file: source.file,
      source: source.text,
      changed: [...scenario.changed],
      asRun: spec,
    },
    lab: labOf(scenario, outcome),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    clock: {
      source: 'CLOCK_MONOTONIC',
      startNs: 0,
      endNs,
      zeroUnixNs: startedAt.getTime() * 1e6,
      errorNs: 0,
    },
    load: {
      mode: 'open',
      planned,
      started,
      dropped: 0,
      late: 0,
      lateAfterNs: 0,
      completed: started - failed,
      failed,
      durationNs: endNs,
      lag: { p50: 0, p99: 0, max: 0 },
    },
    fingerprint: {
      identity: await identify({ lab: spec.lab, level: spec.level, phases: spec.phases, seed: spec.seed }),
      condition,
    },
    ...measurements(recorder, {
      startNs: 0,
      endNs,
      gated: gates.flatMap((gate) => ('metric' in gate ? [gate.metric] : [])),
    }),
    ...(exhaustion && { exhaustion }),
    invariants: invariantsOf(outcome),
    gates,
    warnings: forbidden === undefined ? [] : [`${spec.lab.ipam.mode} refuses these pools: ${forbidden}`],
  };
}

function labOf(
  { spec }: Scenario,
  { world, every, restarted, wallMs, peakBytes }: SimOutcome,
): RunDocument['lab'] {
  const { lab, level } = spec;
  return {
    substrate: 'sim',
    nodes: lab.nodes,
    ipam: lab.ipam.mode,
    families: lab.ipFamily,
    level,
    clock: 'virtual',
    ...(every > 1 && { 'pods sampled': `1 in ${every}` }),
    ...(restarted && { 'agents restarted': restarted.agents, 'operator restarted': restarted.allocator }),
    'real time': `${(wallMs / 1000).toPrecision(3)} s`,
    ...(world && {
      'peak memory': `${formatCount(peakBytes / 2 ** 20)} MiB`,
      'allocations clocked': formatCount(world.pods.allocate.count),
    }),
  };
}

function invariantsOf({ world, restarted, leftovers }: SimOutcome): InvariantResult[] {
  if (world === undefined) return [];
  const lost = restarted?.lost ?? 0;
  const kept = {
    ...{ name: 'restart-leases', title: 'no lease is lost in a restart' },
    ...{ checks: restarted === undefined ? 0 : 1, violations: lost },
  };
  const witness = { text: `${formatCount(lost)} leases lost`, at: world.clock.ns, ageNs: 0 };
  return [...world.ledger.results(), lost > 0 ? { ...kept, witness } : kept, ...leftovers];
}
