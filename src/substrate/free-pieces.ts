/** Pieces of a pool by number, `to` not included. */
export interface PieceRange {
  readonly from: number;
  readonly to: number;
}

/** The stretches of free pieces, in order. `taken` may come in any order and overlap. */
export function freeRanges(total: number, taken: readonly PieceRange[]): PieceRange[] {
  const free: PieceRange[] = [];
  let next = 0;
  for (const { from, to } of [...taken].sort((a, b) => a.from - b.from)) {
    if (from > next) free.push({ from: next, to: from });
    next = Math.max(next, to);
  }
  if (next < total) free.push({ from: next, to: total });
  return free;
}

/**
 * The most pieces of a stretch that one shorter prefix covers: a power of two that begins at a multiple of itself.
 * 3 pieces from number 1 on give 2, since of these only 2 and 3 have a prefix of their own.
 */
export function largestAlignedBlock({ from, to }: PieceRange): number {
  let size = 1;
  while (size * 2 <= to - from) size *= 2;
  while (Math.ceil(from / size) * size + size > to) size /= 2;
  return size;
}
