import colors from 'picocolors';

/** Shows steps as they begin, with the time that each took: a line each, for terminals and logs alike. */
export class Steps {
  #current: string | undefined;
  #since = 0;

  readonly begin = (step: string): void => {
    this.end();
    this.#current = step;
    this.#since = performance.now();
    if (process.stderr.isTTY) process.stderr.write(` • ${step} …`);
  };

  /** The current step is done. */
  end(): void {
    this.#finish(colors.green('✓'));
  }

  /** The current step failed. */
  fail(): void {
    this.#finish(colors.red('✗'));
  }

  #finish(mark: string): void {
    if (this.#current === undefined) return;
    const took = ((performance.now() - this.#since) / 1000).toFixed(1);
    const start = process.stderr.isTTY ? '\r' : '';
    process.stderr.write(`${start} ${mark} ${this.#current} ${colors.dim(`(${took} s)`)}\n`);
    this.#current = undefined;
  }
}
