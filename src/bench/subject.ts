/** What is compared. `kernel` is the bare kernel work for a pod's network: the floor under all others. */
export const SUBJECTS = ['churnlab', 'bridge', 'ptp', 'kernel'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** What an ADD's time went into, by part, in ns; with `other` the parts add up to the whole. */
export type AddParts = Readonly<Record<string, number>>;

/** Something that attaches pods to a network on one node, and detaches them, clocked one at a time. */
export interface Subject {
  readonly name: SubjectName;
  /** Pods attached right now. */
  readonly live: number;
  /** Parts of the ADDs clocked since this was asked last, where the network can tell them. */
  takeParts(): AddParts[];
  /** Attaches `count` pods, one after the other: ns of each. */
  add(count: number): Promise<number[]>;
  /** Detaches the `count` youngest, one after the other: ns of each, or nothing where that is not clocked. */
  remove(count: number): Promise<number[]>;
  /** Attaches pods, as fast as it goes, until so many are live or `signal` fires. */
  fill(live: number, signal: AbortSignal): Promise<void>;
}
