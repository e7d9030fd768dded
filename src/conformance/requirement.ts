import { type CniCommand, hasVerb } from '../cni/index.ts';
import type { Trial } from './trial.ts';

/** Headings of SPEC.md of CNI 1.1.0 that requirements are listed under, in their order there. */
export const SECTIONS = [
  '1. Network configuration format',
  '1. Version considerations',
  '2. Execution Protocol: Parameters',
  '2. Execution Protocol: Errors',
  '2. Execution Protocol: ADD',
  '2. Execution Protocol: DEL',
  '2. Execution Protocol: CHECK',
  '2. Execution Protocol: STATUS',
  '2. Execution Protocol: VERSION',
  '2. Execution Protocol: GC',
  '3. Lifecycle & Ordering',
  '4. Plugin Delegation',
  '5. Result Types',
] as const;
export type Section = (typeof SECTIONS)[number];

/** What the specification asks of a plugin, and how that is found out. */
export interface Requirement {
  /** As `--only` and the list of known deviations have it. */
  readonly id: string;
  readonly section: Section;
  /** In a sentence, in the words of the specification where they are short. */
  readonly text: string;
  /** Asked in versions that have this verb. */
  readonly verb?: CniCommand;
  /** Asked in the newest version alone: what it is about does not depend on the version, and takes its time. */
  readonly once?: true;
  /** @throws Violation, NotApplicable; anything else is the harness's failure */
  run(trial: Trial): Promise<void>;
}

/** Why it is not asked in a version; undefined when it is. */
export function absence(
  { verb, once }: Pick<Requirement, 'verb' | 'once'>,
  version: string,
  newest: string,
): string | undefined {
  if (verb !== undefined && !hasVerb(version, verb)) return `${version} has no ${verb}`;
  if (once && version !== newest) return 'asked in the newest version alone';
  return undefined;
}
