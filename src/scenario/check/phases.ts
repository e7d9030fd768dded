import { LOGNORMAL_MAX_RATIO, PARETO_MAX_RATIO } from '../load/index.ts';
import { DRAIN } from '../schema/phases.ts';
import { formatDuration } from '../schema/quantities.ts';
import type { Path, Problem } from '../source/source.ts';
import { isChurn, type ParsedPhase, type View } from './view.ts';

/** Phases: names are unique, the drain comes last, each has its level and its nodes, and every lifetime exists. */
export function checkPhases(view: View): Problem[] {
  const { phases, complete } = view;
  const problems: Problem[] = [];
  const names = new Map<string, number>();
  for (const [index, { path, value: phase }] of phases.entries()) {
    if (names.has(phase.name)) {
      const message = `expected a name of its own for each phase, got \`${phase.name}\` a second time`;
      problems.push({ path: [...path, 'name'], code: 'duplicate-name', message });
    } else names.set(phase.name, index);
    if (phase.kind === 'drain' && phases.slice(index + 1).some(({ value }) => isChurn(value))) {
      const message = `expected \`${DRAIN}\` to be the last phase: it ends everything that lives`;
      problems.push({ path: [...path, 'name'], code: 'phase-order', message });
    }
    if (!isChurn(phase)) continue;
    const earlier = phases.slice(0, index).map(({ value }) => value);
    problems.push(...checkSubject(phase, path, earlier, view));
    if (phase.lifetime) problems.push(...checkLifetime(phase.lifetime, [...path, 'lifetime']));
  }
  const goesToPods = ({ value }: (typeof phases)[number]): boolean =>
    value.kind === 'traffic' && value.traffic.via === 'pod';
  if (complete && !phases.some((phase) => isChurn(phase.value) || goesToPods(phase))) {
    const message = 'expected at least one phase in which something arrives, or is dialled `via: pod`';
    problems.push({ path: ['spec', 'phases'], at: 'key', code: 'phase-order', message });
  }
  return problems;
}

type ParsedChurn = Extract<ParsedPhase, { kind: 'churn' }>;

/** In words of the file, what arrives in a phase. */
const SUBJECT = { pod: 'pods', node: 'nodes', service: 'services' } as const;

function checkSubject(
  phase: ParsedChurn,
  path: Path,
  earlier: readonly ParsedPhase[],
  { level, lab, complete }: View,
): Problem[] {
  const problems: Problem[] = [];
  const subject = SUBJECT[phase.subject];
  if (phase.subject !== 'pod' && level === 'cni') {
    const message = `expected level \`pod\` in a scenario with \`${subject}\`, since \`cni\` drives the plugin alone`;
    problems.push({ path: [...path, subject], at: 'key', code: 'wrong-mode', message });
  }
  const before = earlier.some((other) => isChurn(other) && other.subject === phase.subject);
  if (complete && phase.release !== undefined && !before) {
    const message = `expected an earlier phase with ${subject}, since \`release\` gives back what earlier phases brought`;
    problems.push({ path: [...path, 'release'], at: 'key', code: 'phase-order', message });
  }
  if (!('on' in phase) || phase.on === undefined || lab === undefined) return problems;
  const { nodes } = lab.value;
  for (const [index, name] of phase.on.entries()) {
    if (Number(name.slice(1)) <= nodes) continue;
    const range = nodes === 1 ? '`n1`, the only node' : `\`n1\` to \`n${nodes}\``;
    const message = `expected ${range}, got "${name}"`;
    problems.push({ path: [...path, 'on', index], code: 'unknown-name', message });
  }
  return problems;
}

function checkLifetime(lifetime: NonNullable<ParsedChurn['lifetime']>, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (lifetime.distribution === 'lognormal' || lifetime.distribution === 'pareto') {
    const most = lifetime.distribution === 'lognormal' ? LOGNORMAL_MAX_RATIO : PARETO_MAX_RATIO;
    const ratio = lifetime.p99 / lifetime.mean;
    if (ratio <= 1 || ratio > most) {
      const [mean, least, longest] = [lifetime.mean, lifetime.mean, Math.floor(lifetime.mean * most)].map(
        formatDuration,
      );
      const message = `expected a p99 above ${least} and up to ${longest}, since no ${lifetime.distribution} distribution of mean ${mean} has another, got ${formatDuration(lifetime.p99)}`;
      problems.push({ path: [...path, 'p99'], code: 'impossible-distribution', message });
    }
  }
  if ('max' in lifetime && lifetime.max !== undefined && lifetime.max <= lifetime.mean) {
    const message = `expected a longest lifetime above the mean of ${formatDuration(lifetime.mean)}, got ${formatDuration(lifetime.max)}`;
    problems.push({ path: [...path, 'max'], code: 'impossible-distribution', message });
  }
  return problems;
}
