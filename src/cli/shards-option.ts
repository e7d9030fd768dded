import { Option } from '@commander-js/extra-typings';
import type { Scenario } from '../scenario/index.ts';
import { type Lab, LabError } from '../substrate/index.ts';
import { whole } from './arguments.ts';

/** `--shards`: load that one machine cannot make. */
export function shardsOption() {
  return new Option(
    '--shards <n>',
    'of substrate kubeconfig: so many pods of a Job start and end the pods of a run, a part of its schedule each',
  ).argParser(whole);
}

/** @throws LabError bad-spec when the scenario has something that only one process can do */
export function requireShardable({ substrate, spec }: Scenario, shards: number): void {
  if (shards === 1) return;
  const problems = [...problemsOf(substrate, spec)];
  if (problems.length > 0) throw new LabError('bad-spec', `--shards ${shards}: ${problems.join('; ')}`);
}

/** @throws LabError bad-spec when the lab has no image for them */
export function requireShards({ name, inPods }: Lab, shards: number): void {
  if (shards === 1 || inPods !== undefined) return;
  const message = `Lab ${name} was brought up without --image churnlab=REFERENCE, which --shards needs`;
  throw new LabError('bad-spec', message);
}

function* problemsOf(substrate: Scenario['substrate'], { phases }: Scenario['spec']): Generator<string> {
  if (substrate !== 'kubeconfig') {
    yield `expected substrate kubeconfig, got ${substrate}, which is this machine`;
  }
  for (const phase of phases) {
    if (phase.kind !== 'churn' || phase.subject !== 'pod') continue;
    if (phase.mode === 'closed') yield `phase ${phase.name} is a closed loop, which is one process’s`;
    if (phase.maxAlive !== undefined) {
      yield `phase ${phase.name} has maxAlive, and no shard knows how many pods of others are alive`;
    }
  }
}
