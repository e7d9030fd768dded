/** A scenario's lab against one that is up. */
import { networkProblems } from '../networks/index.ts';
import type { LabSpec, Scenario } from '../scenario/index.ts';
import { type Lab, LabError } from '../substrate/index.ts';

/** @throws LabError bad-spec with the fields that differ */
export function requireSame(name: string, is: LabSpec, wanted: LabSpec): void {
  const differences = differing(is, wanted).map(
    (each) =>
      `${each.path}: the lab has ${JSON.stringify(each.is)}, the scenario ${JSON.stringify(each.wanted)}`,
  );
  if (differences.length === 0) return;
  throw new LabError(
    'bad-spec',
    `Lab ${name} is not what the scenario asks for:\n${differences.map((line) => `  ${line}`).join('\n')}\n` +
      'Leave --lab out for a lab of its own, or bring up one that matches',
  );
}

/** A field of a lab that is not as it is wanted. */
interface Difference {
  readonly path: string;
  readonly is: unknown;
  readonly wanted: unknown;
}

function differing(there: object, asked: object, at = 'lab'): Difference[] {
  const keys = new Set([...Object.keys(there), ...Object.keys(asked)]);
  return [...keys].flatMap((key) => {
    const is = (there as Record<string, unknown>)[key];
    const wanted = (asked as Record<string, unknown>)[key];
    if (JSON.stringify(is) === JSON.stringify(wanted)) return [];
    const path = `${at}.${key}`;
    const nested = typeof is === 'object' && typeof wanted === 'object' && is && wanted && !Array.isArray(is);
    return nested ? differing(is as object, wanted as object, path) : [{ path, is, wanted }];
  });
}

/**
 * The scenario on a cluster that was there before: its lab is what the cluster is, and the result says what differs.
 * @throws LabError bad-spec when that makes it impossible
 */
export function asThere(scenario: Scenario, { spec: is, nodes }: Pick<Lab, 'spec' | 'nodes'>): Scenario {
  const { lab: wanted, phases } = scenario.spec;
  const changed = differing(is, wanted).map(
    (each) => `${each.path}: ${text(each.is)} as it is there (${text(each.wanted)} in the scenario)`,
  );
  const adapted = {
    ...scenario,
    changed: [...scenario.changed, ...changed],
    spec: { ...scenario.spec, lab: is },
  };
  const missing = phases
    .flatMap((phase) => (phase.kind === 'churn' && 'on' in phase ? (phase.on ?? []) : []))
    .filter((node) => Number(node.slice(1)) > nodes.length);
  const problems = [
    ...networkProblems(adapted).map(({ message }) => message),
    ...missing.map((node) => `expected a node ${node}, but this cluster has ${nodes.length} that take pods`),
  ];
  if (problems.length === 0) return adapted;
  throw new LabError(
    'bad-spec',
    `Scenario ${scenario.name} cannot run on this cluster:\n  ${problems.join('\n  ')}`,
  );
}

function text(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
