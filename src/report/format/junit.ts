import { generatorDoubt, type RunDocument } from '../../measure/index.ts';
import { formatCount } from '../../stats/index.ts';
import type { GateResult } from '../verdict/gate-result.ts';
import { invariantStatus } from '../verdict/invariant-gate.ts';
import { judge } from '../verdict/judge.ts';
import { type JunitCase, junitXml } from './junit-xml.ts';

/** Runs by name, such as the combination of a matrix; one alone has the name of its scenario. */
export type NamedRun = readonly [name: string, run: RunDocument];

/** Runs as JUnit XML: a suite for each, a case for each gate and invariant, and one for the load. Not decided is failed. */
export function toJunit(runs: readonly NamedRun[]): string {
  return junitXml(
    runs.map(([name, run]) => ({
      name,
      cases: casesOf(run),
      seconds: (run.clock.endNs - run.clock.startNs) / 1e9,
      properties: {
        run: run.id,
        started: run.startedAt,
        revision: run.fingerprint.identity.commit,
        kernel: run.fingerprint.identity.kernel,
        configuration: run.fingerprint.identity.configuration,
      },
    })),
  );
}

function casesOf(run: RunDocument): JunitCase[] {
  const doubt = generatorDoubt(run);
  const load: JunitCase = {
    name: 'load as planned',
    ...(doubt !== undefined && { failure: { type: 'inconclusive', message: doubt } }),
  };
  // A gate on all invariants has a case for each of them instead.
  const gates = judge(run).gates.filter(
    ({ gate }) => gate.kind !== 'invariants' || run.invariants.length === 0,
  );
  return [load, ...gates.map(gateCase), ...run.invariants.map(invariantCase)];
}

function gateCase({ subject, status, found, asked, reason, gate }: GateResult): JunitCase {
  const name = `${subject} ${asked}`;
  if (status === 'held') return { name };
  if (status === 'not applicable') return { name, skipped: reason ?? '' };
  const why = reason ?? gate.because;
  const message = `${found}, asked ${asked}${why === undefined ? '' : ` (${why})`}`;
  return { name, failure: { type: status === 'broken' ? 'gate broken' : 'inconclusive', message } };
}

function invariantCase(invariant: RunDocument['invariants'][number]): JunitCase {
  const { title: name, violations, witness, unknown } = invariant;
  const status = invariantStatus(invariant);
  if (status === 'held') return { name };
  if (status === 'not applicable') return { name, skipped: invariant.notApplicable ?? '' };
  if (status === 'broken') {
    const first = witness ? `, first: ${witness.text}` : '';
    return {
      name,
      failure: { type: 'invariant broken', message: `broken ${formatCount(violations)}×${first}` },
    };
  }
  return { name, failure: { type: 'inconclusive', message: unknown ?? 'never checked' } };
}
