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
 * The most free pieces that one shorter prefix covers: a power of two that begins at a multiple of itself.
 * 3 free pieces from number 1 on give 2, since only 2 and 3 have a prefix in common.
 */
export function largestFreeBlock(total: number, taken: readonly PieceRange[]): number {
  return Math.max(0, ...freeRanges(total, taken).map(largestAligned));
}

function largestAligned({ from, to }: PieceRange): number {
  for (let size = 2 ** Math.floor(Math.log2(to - from)); size > 1; size /= 2) {
    if (Math.ceil(from / size) * size + size <= to) return size;
  }
  return 1;
}
