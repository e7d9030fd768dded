import type { Section } from './requirement.ts';

/** `deviation`: does not hold, for a reason that is known of a plugin of the chain. */
export type FindingStatus = 'pass' | 'fail' | 'deviation' | 'not-applicable';

/** What became of a requirement in one version. */
export interface Finding {
  readonly version: string;
  readonly status: FindingStatus;
  /** What was expected and found; of a known deviation why, and of what is not applicable. */
  readonly reason?: string;
  /** Of a known deviation: what was expected and found. */
  readonly found?: string;
}

export interface RequirementResult {
  readonly id: string;
  readonly section: Section;
  readonly text: string;
  /** One for each version of {@link ConformanceResult.versions}. */
  readonly findings: readonly Finding[];
}

/** What a network does of what the specification asks for. */
export interface ConformanceResult {
  readonly network: string;
  /** Types of the chain, in its order. */
  readonly plugins: readonly string[];
  readonly kernel: string;
  /** Versions that every plugin of the chain supports, of those that are asked. */
  readonly versions: readonly string[];
  readonly requirements: readonly RequirementResult[];
  readonly totals: Readonly<Record<FindingStatus, number>>;
}

/** Findings by what became of them. */
export function totalsOf(requirements: readonly RequirementResult[]): Record<FindingStatus, number> {
  const totals = { pass: 0, fail: 0, deviation: 0, 'not-applicable': 0 };
  for (const { status } of requirements.flatMap(({ findings }) => findings)) totals[status]++;
  return totals;
}
