/** What the kept reference runs are of. Small on purpose: each run with its raw samples is well under 300 kB. */
export interface Subject {
  /** Below results/reference; `-<n>` follows. */
  readonly name: string;
  readonly scenario: string;
  readonly runs: number;
  /** Options of `churnlab run`. */
  readonly options: readonly string[];
}

const CALLS = { scenario: 'scenarios/nightly/cni-call.yaml', runs: 6 };
/** At a pace that bridge and host-local keep up with, too. */
const FEWER = [...['--set', 'phases.calls.pods=160'], ...['--set', 'phases.calls.arrivals.rate=20/s']];

export const SUBJECTS: readonly Subject[] = [
  { name: 'pod-start', scenario: 'scenarios/nightly/pod-start.yaml', runs: 6, options: [] },
  { name: 'cni-call', ...CALLS, options: FEWER },
  // In a folder below, so that those who name a revision as a baseline get what is ours.
  { name: 'bridge/cni-call', ...CALLS, options: [...FEWER, '--set', 'lab.network=bridge'] },
];

export interface Turn {
  readonly subject: Subject;
  /** From 1. */
  readonly n: number;
}

/** Whose turn it is: each subject once, every other time backwards, so that nothing that slowly changes is one's own. */
export function referenceTurns(subjects: readonly Subject[]): Turn[] {
  const most = Math.max(...subjects.map(({ runs }) => runs));
  return Array.from({ length: most }, (_, i) =>
    (i % 2 === 0 ? subjects : subjects.toReversed())
      .filter(({ runs }) => i < runs)
      .map((subject) => ({ subject, n: i + 1 })),
  ).flat();
}
