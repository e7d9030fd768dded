import { isMetricName, metric } from '../../measure/index.ts';
import { formatCount, formatDuration } from '../schema/quantities.ts';
import type { Fault, Gate, Phase, Scenario } from '../spec.ts';
import { arrivalsInWords, lifetimeInWords, listInWords } from './words.ts';

/** What a scenario does and demands, in sentences. */
export interface Explanation {
  readonly name: string;
  readonly description: string;
  readonly lab: string;
  readonly level: string;
  readonly phases: readonly { readonly name: string; readonly text: string }[];
  readonly faults: readonly string[];
  readonly gates: readonly { readonly text: string; readonly because: string }[];
  /** What overrides changed. */
  readonly changed: readonly string[];
  readonly reproducible: string;
}

const LEVEL = {
  pod: 'Every pod is created through the Kubernetes API, scheduled, given its network by a real CNI call on its node, and deleted through the API.',
  cni: 'The CNI plugin alone is driven: a network namespace and an ADD on a node, a DEL at the end. No API, no scheduler.',
} as const;
const ROUTING = {
  direct: 'packets to another node take one route per node CIDR',
  vxlan: 'packets to another node go through a VXLAN overlay',
} as const;

/** Puts a scenario into words. */
export function explain({ name, description, changed, spec }: Scenario): Explanation {
  const { lab } = spec;
  const nodes = lab.nodes === 1 ? 'One node' : `${formatCount(lab.nodes)} nodes`;
  const pools = lab.ipam.pools.map(({ cidrs, nodeMask }) => `a /${nodeMask} out of ${listInWords(cidrs)}`);
  const cooldown =
    lab.network === 'churnlab' && lab.ipam.cooldown > 0
      ? ` A released address rests for ${formatDuration(lab.ipam.cooldown)}.`
      : '';
  const services =
    lab.services === 'none' ? 'There are no Services.' : `Services are implemented by ${lab.services}.`;
  return {
    name,
    description,
    lab: `${nodes}, connected by network ${lab.network}; ${ROUTING[lab.routing]}. Each node gets ${listInWords(pools)}.${cooldown} ${services}`,
    level: LEVEL[spec.level],
    phases: spec.phases.map((phase) => ({ name: phase.name, text: phaseInWords(phase) })),
    faults: spec.faults.map(faultInWords),
    gates: spec.gates.map((gate) => ({ text: gateInWords(gate), because: gate.because ?? '' })),
    changed,
    reproducible: `Seed ${spec.seed}: arrivals, lifetimes, names and placement are the same in every run.`,
  };
}

function phaseInWords(phase: Phase): string {
  if (phase.kind === 'drain') {
    return `Whatever still lives is deleted. Within ${formatDuration(phase.deadline)} nothing may be left: no address, link, namespace, route or file.`;
  }
  const lives = `Each lives ${lifetimeInWords(phase.lifetime)}.`;
  const deadline = `One that is not ready within ${formatDuration(phase.deadline)} has failed.`;
  const cap =
    phase.maxAlive === undefined
      ? ''
      : ` An arrival that finds ${formatCount(phase.maxAlive)} pods alive is dropped and counted.`;
  if (phase.mode === 'closed') {
    return `${formatCount(phase.pods)} pods, ${formatCount(phase.inFlight)} being started at any time: the next one starts when one is done (closed loop: throughput counts, waiting does not show). ${lives} ${deadline}${cap}`;
  }
  return `${formatCount(phase.pods)} pods arrive ${arrivalsInWords(phase.arrivals)}, whether or not earlier ones are ready. ${lives} ${deadline}${cap}`;
}

function faultInWords({ at, action, target, node, down }: Fault): string {
  const where =
    node === undefined ? `the ${target}` : target === 'node' ? `node ${node}` : `the ${target} of ${node}`;
  const how =
    action === 'kill'
      ? `is killed (SIGKILL)${down > 0 ? ` and stays down for ${formatDuration(down)}` : ' and starts again'}`
      : 'is restarted (SIGTERM)';
  return `${formatDuration(at)} after the first phase begins, ${where} ${how}.`;
}

const QUANTILE = {
  min: 'The least',
  mean: 'The mean',
  max: 'The largest',
  p50: 'The median',
  p90: 'Nine in ten',
  p95: 'Nineteen in twenty',
  p99: '99 in a hundred',
  'p99.9': '999 in a thousand',
} as const;
const SHARE = {
  failed: 'pods that were not ready by their deadline or were refused',
  late: 'pods that the generator itself started late',
  dropped: 'arrivals that were dropped',
} as const;

function gateInWords(gate: Gate): string {
  if (gate.kind === 'invariants') {
    return 'Every invariant holds exactly: no address on two pods, none outside its pool, none reused before its cooldown, and nothing left after the drain.';
  }
  const limit = listInWords([
    ...(gate.max === undefined ? [] : [`at most ${gate.max.text}`]),
    ...(gate.min === undefined ? [] : [`at least ${gate.min.text}`]),
  ]);
  if (gate.kind === 'rate') {
    if (gate.rate === 'completed') return `Pods that become ready per second: ${limit}.`;
    return `The share of ${SHARE[gate.rate]}: ${limit}.`;
  }
  if (!isMetricName(gate.metric)) return `${gate.metric} ${gate.quantile}: ${limit}.`;
  const { unit, from, to } = metric(gate.metric);
  const what = to === '' ? from : `from “${from}” to “${to}”`;
  const failures = unit === 'ns' ? ' A failure counts as at least the deadline.' : '';
  return `${gate.metric} ${gate.quantile} is ${limit}. ${QUANTILE[gate.quantile]} of its values (${what}) must keep to it.${failures}`;
}
