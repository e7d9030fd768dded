import type { Problem } from '../source/source.ts';
import type { ScenarioSpec } from '../spec.ts';

/** What substrate `sim` leaves out: it has allocators and their queues, and nothing round them. */
export function notSimulated({ lab, phases, faults }: ScenarioSpec): Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: Problem['path'], message: string): void => {
    problems.push({ path: ['spec', ...path], code: 'not-yet', message });
  };
  if (lab.network !== 'churnlab') {
    refuse(
      ['lab', 'network'],
      `substrate \`sim\` has the IPAM of network \`churnlab\` only, not \`${lab.network}\``,
    );
  }
  if (lab.ipam.mode === 'kcm') {
    const message =
      'the real kube-controller-manager cannot run by a virtual clock: `range` decides as it does';
    refuse(['lab', 'ipam', 'mode'], message);
  }
  if (lab.ipam.store !== 'log') {
    refuse(
      ['lab', 'ipam', 'store'],
      `substrate \`sim\` has no files: expected \`log\`, got \`${lab.ipam.store}\``,
    );
  }
  if (faults.length > 0) refuse(['faults'], 'substrate `sim` has no processes that could be hit');
  phases.forEach((phase, index) => {
    const refusePhase = (field: string, message: string): void => refuse(['phases', index, field], message);
    if (phase.kind === 'traffic') {
      refusePhase('traffic', 'substrate `sim` has no connections');
    }
    if (phase.kind !== 'churn') return;
    if (phase.subject === 'service') refusePhase('services', 'substrate `sim` has no Services');
    if (phase.mode === 'closed')
      refusePhase('mode', 'substrate `sim` has no closed loop: everything is done at once');
    if (phase.maxAlive !== undefined) refusePhase('maxAlive', 'substrate `sim` drops no arrivals');
  });
  return problems;
}
