import type { Cell, Substrate } from '../scenario/index.ts';
import { findKernelPart } from './doctor/services-kernel.ts';
import { hasThisKernel } from './machine-services.ts';

/**
 * Combinations of a matrix without those that this machine's kernel cannot have: a matrix is written for all machines. One
 * that was chosen alone stays, so that it is refused with the reason.
 */
export function cellsHere(cells: readonly Cell[], place: Substrate): readonly Cell[] {
  if (cells.length < 2 || !hasThisKernel(place)) return cells;
  const { found, text } = findKernelPart('ipvs');
  if (found !== 'absent') return cells;
  const here = cells.filter(({ services }) => services !== 'ipvs');
  if (here.length === 0 || here.length === cells.length) return cells;
  process.stderr.write(
    `Left out: services=ipvs, since the kernel has no ${text}. --substrate vm has one with it.\n`,
  );
  return here;
}
