import type { Change } from './change.ts';

/** The last changes of one resource, oldest first, for watches that resume and lists that page. */
export class ChangeLog {
  readonly #limit: number;
  #changes: Change[] = [];
  /** Revision of the newest change that was dropped. */
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Everything after this revision is remembered. */
  get forgotten(): number {
    return this.#forgotten;
  }

  append(change: Change): void {
    this.#changes.push(change);
    // Dropping in blocks keeps append cheap: the array is rebuilt once per `limit` changes.
    if (this.#changes.length >= 2 * this.#limit) {
      this.#forgotten = this.#changes[this.#limit - 1]!.revision;
      this.#changes = this.#changes.slice(this.#limit);
    }
  }

  /** Changes after a revision, oldest first. The caller has compared it with `forgotten`. */
  after(revision: number): readonly Change[] {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#changes : this.#changes.slice(low);
  }

  /** Forgets everything up to a revision, as etcd's compaction does. */
  compact(revision: number): void {
    this.#changes = [...this.after(revision)];
    this.#forgotten = Math.max(this.#forgotten, revision);
  }
}
