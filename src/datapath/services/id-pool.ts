/**
 * Numbers for services or backends, from 1. One that is freed rests until nothing in the kernel refers to it, and they
 * are given out in turn, so that even then it is long before one comes again.
 */
export class IdPool {
  readonly #limit: number;
  readonly #used = new Set<number>();
  readonly #resting = new Set<number>();
  #last = 0;

  /** @param limit the largest number; 32 bits unless a test wants to see it come round */
  constructor(limit = 0xffff_ffff) {
    this.#limit = limit;
  }

  /** Throws RangeError when all are in use or resting. */
  allocate(): number {
    if (this.#used.size + this.#resting.size >= this.#limit) {
      throw new RangeError(`Expected a free number up to ${this.#limit}, got none`);
    }
    do this.#last = this.#last >= this.#limit ? 1 : this.#last + 1;
    while (this.#used.has(this.#last) || this.#resting.has(this.#last));
    this.#used.add(this.#last);
    return this.#last;
  }

  /** Takes a number that is there from before. */
  adopt(id: number): void {
    this.#used.add(id);
    this.#last = Math.max(this.#last, id);
  }

  /** Something in the kernel refers to it, though it is nobody's. */
  rest(id: number): void {
    if (this.#used.has(id)) return;
    this.#resting.add(id);
    this.#last = Math.max(this.#last, id);
  }

  free(id: number): void {
    if (this.#used.delete(id)) this.#resting.add(id);
  }

  /** Those that rest: candidates for {@link release}. */
  get resting(): ReadonlySet<number> {
    return this.#resting;
  }

  /** Ends the rest of all that are not referred to any more. */
  release(referred: ReadonlySet<number>): void {
    for (const id of this.#resting) if (!referred.has(id)) this.#resting.delete(id);
  }
}
