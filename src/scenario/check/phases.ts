import { LOGNORMAL_MAX_RATIO, PARETO_MAX_RATIO } from '../load/index.ts';
import { DRAIN } from '../schema/phases.ts';
import { formatDuration } from '../schema/quantities.ts';
import type { Path, Problem } from '../source/source.ts';
import { isChurn, type ParsedPhase, type View } from './view.ts';

/** Phases: names are unique, the drain comes last, and every lifetime distribution exists. */
export function checkPhases({ phases, complete }: View): Problem[] {
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
    if (isChurn(phase)) problems.push(...checkLifetime(phase.lifetime, [...path, 'lifetime']));
  }
  if (complete && !phases.some(({ value }) => isChurn(value))) {
    const message = 'expected at least one phase in which pods arrive';
    problems.push({ path: ['spec', 'phases'], at: 'key', code: 'phase-order', message });
  }
  return problems;
}

type ParsedLifetime = Extract<ParsedPhase, { kind: 'churn' }>['lifetime'];

function checkLifetime(lifetime: ParsedLifetime, path: Path): Problem[] {
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
