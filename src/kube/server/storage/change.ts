import type { Entry } from './entry.ts';

/** One committed write. For DELETED, `entry` is the last state, with the revision of the deletion. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}
