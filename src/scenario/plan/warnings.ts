import { limitUses } from '../../traffic/index.ts';
import { connectionLoad } from '../connection-load.ts';
import type { Forecast } from '../load/index.ts';
import { isNetworkName } from '../schema/lab.ts';
import { formatCount, formatDuration } from '../schema/quantities.ts';
import type { Scenario } from '../spec.ts';

/** Ports of a Linux bridge (BR_MAX_PORTS, net/bridge/br_private.h), less the one of the node. */
const BRIDGE_PORTS = 1023;
/** Pods that a kubelet takes unless told otherwise (maxPods, KubeletConfiguration). */
const KUBELET_PODS = 110;
/** Samples that should lie beyond a quantile before it is gated. */
const BEYOND = 10;

const SHARE: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 };

/** What a plan should make its reader think about; none of it stops a run. */
export function warningsOf({ spec, substrate }: Scenario, expected: Forecast): string[] {
  return [
    ...limits(spec, substrate, expected),
    ...caps(spec, expected),
    ...connections(spec),
    ...weakGates(spec, expected),
    ...lateFaults(spec, expected),
  ];
}

function* limits(
  spec: Scenario['spec'],
  substrate: Scenario['substrate'],
  expected: Forecast,
): Generator<string> {
  const perNode = formatCount(expected.alivePerNode);
  if (spec.lab.network === 'bridge' && expected.alivePerNode > BRIDGE_PORTS) {
    yield `${perNode} pods on a node, but a Linux bridge has ${formatCount(BRIDGE_PORTS)} ports: more pods will fail`;
  }
  const hasKubelets = substrate === 'kind' || substrate === 'kubeconfig';
  if (hasKubelets && expected.exact && expected.alivePerNode > KUBELET_PODS) {
    yield `${perNode} pods on a node, but a kubelet takes ${KUBELET_PODS} unless maxPods is raised: give the scenario an override for ${substrate}`;
  }
  if (spec.lab.network !== 'churnlab' && spec.lab.ipam.cooldown > 0) {
    const { network, ipam } = spec.lab;
    const why = isNetworkName(network)
      ? `host-local, the IPAM of network ${network}, has none`
      : 'it is that of network churnlab';
    yield `the cooldown of ${formatDuration(ipam.cooldown)} is not used: ${why}`;
  }
}

function* caps(spec: Scenario['spec'], expected: Forecast): Generator<string> {
  for (const phase of spec.phases) {
    if (phase.kind !== 'churn') continue;
    if (phase.mode === 'open' && phase.maxAlive !== undefined && expected.uncapped > phase.maxAlive) {
      yield `phase ${phase.name}: about ${formatCount(expected.uncapped)} pods would be alive at once, and maxAlive is ${formatCount(phase.maxAlive)}: arrivals beyond it are dropped, which makes the run inconclusive`;
    }
    if (phase.mode === 'closed') {
      yield `phase ${phase.name} is a closed loop: when its pods arrive depends on how fast they start, so times and addresses are estimates`;
    }
  }
}

/** Limits of Linux' defaults; a run asks the namespace that it dials from. */
function* connections({ phases }: Scenario['spec']): Generator<string> {
  for (const phase of phases) {
    if (phase.kind !== 'traffic') continue;
    const load = connectionLoad(phase.traffic, phase.traffic.services);
    for (const { limit, needed, available, fits, advice } of load ? limitUses(load) : []) {
      if (fits) continue;
      yield `phase ${phase.name}: it may need ${formatCount(needed)} of ${formatCount(available)} (${limit}): ${advice}`;
    }
  }
}

function* weakGates(spec: Scenario['spec'], expected: Forecast): Generator<string> {
  for (const gate of spec.gates) {
    if (gate.kind !== 'metric' || !/^(cni|pod|ipam\.(allocate|release))/.test(gate.metric)) continue;
    const share = SHARE[gate.quantile];
    if (share === undefined) continue;
    const beyond = Math.floor(expected.pods * (1 - share) + 1e-9);
    if (beyond < BEYOND) {
      const needed = formatCount(Math.ceil(BEYOND / (1 - share) - 1e-9));
      yield `gate on ${gate.metric} ${gate.quantile}: it rests on the ${beyond} slowest of ${formatCount(expected.pods)} samples; ${needed} pods would make it ${BEYOND}`;
    }
  }
}

function* lateFaults(spec: Scenario['spec'], expected: Forecast): Generator<string> {
  for (const { at, action, target, phase } of spec.faults) {
    if (phase !== undefined || at < expected.span) continue;
    yield `fault ${action} ${target} at ${formatDuration(at)} comes after the last arrival at ${formatDuration(expected.span)}`;
  }
}
