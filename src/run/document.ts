import {
  type Condition,
  type GateSpec,
  identify,
  measurements,
  monotonicZero,
  RUN_FORMAT,
  type RunDocument,
} from '../measure/index.ts';
import { whyUnmeasured } from '../networks/index.ts';
import type { Scenario, ScenarioDocument } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import { LATE_NS } from './population.ts';
import type { RunOutcome } from './run.ts';

export interface DocumentInput {
  readonly id: string;
  readonly lab: Lab;
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  readonly outcome: RunOutcome;
  readonly condition: Condition;
  readonly startedAt: Date;
  readonly startNs: number;
  readonly endNs: number;
}

/** run.json from what a run left in memory. */
export async function documentOf(input: DocumentInput): Promise<RunDocument> {
  const { id, lab, source, scenario, outcome, condition, startedAt, startNs, endNs } = input;
  const { spec } = scenario;
  const gates = (spec.gates as RunDocument['gates']).map((gate) => applicable(gate, lab));
  const lag = outcome.recorder.find('harness.lag')?.histogram;
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
      ...(scenario.claim && { claim: scenario.claim }),
    },
    lab: {
      substrate: lab.substrate,
      nodes: lab.nodes.length,
      network: lab.spec.network,
      routing: lab.spec.routing,
      services: lab.spec.services,
      ipam: lab.spec.ipam.mode,
      families: lab.spec.ipFamily,
      level: spec.level,
      ...lab.hosting(),
    },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    clock: {
      source: 'CLOCK_MONOTONIC',
      startNs,
      endNs,
      zeroUnixNs: monotonicZero(),
      errorNs: outcome.clockErrorNs,
    },
    load: {
      mode: spec.phases.some((phase) => phase.kind === 'churn' && phase.mode === 'closed')
        ? 'closed'
        : 'open',
      planned: outcome.planned,
      started: outcome.started,
      dropped: outcome.dropped,
      late: outcome.late,
      lateAfterNs: LATE_NS,
      completed: outcome.completed,
      failed: outcome.failed,
      durationNs: outcome.lastNs - outcome.firstNs,
      lag: lag
        ? { p50: lag.quantile(0.5), p99: lag.quantile(0.99), max: lag.quantile(1) }
        : { p50: 0, p99: 0, max: 0 },
    },
    fingerprint: {
      identity: await identify({
        ...{ lab: lab.spec, level: spec.level, phases: spec.phases, seed: spec.seed },
        // What was under test is another machine than the one that this is about.
        ...(lab.substrate === 'kubeconfig' && { cluster: lab.hosting() }),
      }),
      condition,
    },
    ...measurements(outcome.recorder, {
      startNs,
      endNs,
      gated: gates.flatMap((gate) => ('metric' in gate ? [gate.metric] : [])),
    }),
    invariants: outcome.invariants,
    gates,
    ...(outcome.exhaustion && { exhaustion: outcome.exhaustion }),
    warnings: outcome.warnings,
  };
}

/** A gate on what cannot be had of the network says so, rather than that it is not decided. */
function applicable(gate: GateSpec, { network, substrate }: Lab): GateSpec {
  if (gate.kind !== 'metric' && gate.kind !== 'regression') return gate;
  const notApplicable = whyUnmeasured(network, substrate, gate.metric);
  return notApplicable === undefined ? gate : { ...gate, notApplicable };
}
