import type Plot from 'uplot';

declare global {
  /** The library stands before the script of the page. */
  const uPlot: typeof Plot;
}
