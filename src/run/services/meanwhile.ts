/** Work that goes on beside a phase until that is over. */
export class Meanwhile implements Disposable {
  readonly #over = new AbortController();
  readonly #work: Promise<void>[] = [];
  readonly #onError: (error: Error) => void;

  /** @param onError hears of work that failed; the rest goes on */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** Begins something that ends soon after its signal fires. */
  add(work: (signal: AbortSignal) => Promise<void>): void {
    this.#work.push(work(this.#over.signal).catch(this.#onError));
  }

  /** Resolves when all of it has ended. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#work);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}
