import type { BenchLabs } from './bench-labs.ts';

/** What every part of the bench works with. */
export interface BenchContext {
  readonly labs: BenchLabs;
  /** Says what is done now. */
  readonly progress: (step: string) => void;
  /** Ends the bench early. */
  readonly signal: AbortSignal;
}
