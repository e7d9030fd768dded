export const SIDES = ['baseline', 'candidate'] as const;
export type SideName = (typeof SIDES)[number];

export interface Turn {
  readonly side: SideName;
  readonly block: number;
  /** Not counted: whatever is only done once is done in it. */
  readonly warmUp: boolean;
}

/**
 * Whose turn it is, in the order of time: a warm-up each, then A B B A A B B A ..., so that what slowly changes on a
 * machine changes both sides alike.
 */
export function turns(runs: number): Turn[] {
  const blocks = Array.from({ length: runs }, (_, i) => (i % 2 === 0 ? SIDES : SIDES.toReversed()));
  return [SIDES, ...blocks].flatMap((sides, block) =>
    sides.map((side) => ({ side, block, warmUp: block === 0 })),
  );
}
