import type { Cell, MatrixSpec, Substrate } from './spec.ts';

/**
 * Every combination of a matrix but those excluded, the last axis varying fastest; without a substrate those that run on
 * some. A scenario without a matrix has one cell, which changes nothing.
 */
export function cellsOf({ exclude, ...axes }: MatrixSpec, substrate?: Substrate): Cell[] {
  let cells: Cell[] = [{}];
  for (const [axis, values] of Object.entries(axes)) {
    if (values === undefined) continue;
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
  }
  const excluded = exclude
    .filter(({ on }) => on === undefined || (substrate !== undefined && on.includes(substrate)))
    .map(({ on: _, ...pattern }) => pattern);
  return cells.filter((cell) => !excluded.some((pattern) => agrees(cell, pattern)));
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
