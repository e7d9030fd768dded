import type { Problem, Scenario } from '../scenario/index.ts';
import { sourceProblems } from './installed/source-problems.ts';
import { misfits } from './misfits.ts';
import type { Network } from './network.ts';
import { NetworkError } from './network-error.ts';
import { networkOf } from './networks.ts';
import { isCluster, runsProcesses } from './unmeasured.ts';

/**
 * What a scenario asks of its network that the network has not: such a scenario is not applicable to it. Paths are those
 * of the scenario.
 */
export function networkProblems(scenario: Pick<Scenario, 'substrate' | 'spec'>): Problem[] {
  // Networks are not simulated: src/scenario/check/not-simulated.ts has the word on it.
  if (scenario.substrate === 'sim') return [];
  const { lab } = scenario.spec;
  try {
    const network = networkOf(lab);
    // A cluster that was there before has what it has.
    if (scenario.substrate === 'kubeconfig') return unmeasurable(network, scenario);
    const absent = absence(network, scenario.substrate);
    if (absent !== undefined) return [refusal(absent)];
    const ofLab = [...sourceProblems(lab), ...misfits(network, lab, scenario.substrate)];
    const own = ofLab.map(({ path, ...rest }) => ({ ...rest, path: ['spec', 'lab', ...path] }));
    return [...own, ...unmeasurable(network, scenario)];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return [refusal(error.message)];
  }
}

function refusal(message: string): Problem {
  return { path: ['spec', 'lab', 'network'], code: 'not-yet', message };
}

/** Why the network is not on a substrate; undefined where it is. */
function absence({ name, netns, onKind, absent }: Network, substrate: Scenario['substrate']) {
  const [part, place] = isCluster(substrate) ? ([onKind, 'kind'] as const) : ([netns, 'netns'] as const);
  if (part !== undefined && absent?.[place] === undefined) return undefined;
  return `network \`${name}\` is not on \`${place}\`: ${absent?.[place] ?? 'nobody has brought it there'}`;
}

/** What would be measured, but not of this network. */
function unmeasurable(
  network: Network,
  { substrate, spec: { lab, faults } }: Pick<Scenario, 'substrate' | 'spec'>,
): Problem[] {
  const { name, ipam } = network;
  const problems: Problem[] = faults.flatMap(({ target, action }, index): Problem[] => {
    if (target !== 'agent' || runsProcesses(network, substrate)) return [];
    const message = `network \`${name}\` has no process that could be hit: nothing of it runs between calls`;
    return [{ path: ['spec', 'faults', index, action], code: 'wrong-mode', message }];
  });
  if (ipam !== 'unknown' || !lab.ipam.allowExhaustion) return problems;
  const message = `how many addresses network \`${name}\` has is not known, so that nothing can be said of running out of them`;
  return [...problems, { path: ['spec', 'lab', 'ipam', 'allowExhaustion'], code: 'wrong-mode', message }];
}
