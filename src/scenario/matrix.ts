import type { Cell, MatrixSpec } from './spec.ts';

/**
 * Every combination of a matrix but those excluded, the last axis varying fastest. A scenario without
 * a matrix has one cell, which changes nothing.
 */
export function cellsOf({ exclude, ...axes }: MatrixSpec): Cell[] {
  let cells: Cell[] = [{}];
  for (const [axis, values] of Object.entries(axes)) {
    if (values === undefined) continue;
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
  }
  return cells.filter((cell) => !exclude.some((pattern) => agrees(cell, pattern)));
}

function agrees(cell: Cell, pattern: Cell): boolean {
  const wanted = Object.entries(pattern);
  return wanted.length > 0 && wanted.every(([axis, value]) => cell[axis as keyof Cell] === value);
}

/** The cell in words, `nodes=8 routing=vxlan`; empty for the only cell of a scenario without a matrix. */
export function cellName(cell: Cell): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(' ');
}
