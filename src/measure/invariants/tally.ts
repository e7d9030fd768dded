import type { InvariantResult } from '../folder/document.ts';

/** Counts the checks and violations of one invariant and keeps the first witness. */
export class Tally {
  readonly #name: string;
  readonly #title: string;
  #checks = 0;
  #violations = 0;
  #witness: InvariantResult['witness'];
  #unknown: string | undefined;

  constructor(name: string, title: string) {
    this.#name = name;
    this.#title = title;
  }

  held(checks = 1): void {
    this.#checks += checks;
  }

  /** `text` is only made for the first one. `ageNs`: how long the cause had been there. */
  broken(at: number, ageNs: number, text: () => string): void {
    this.#checks++;
    this.#violations++;
    this.#witness ??= { text: text(), at, ageNs };
  }

  /** The checks cannot be relied on: said in the result, which is then neither held nor broken. */
  doubt(reason: string): void {
    this.#unknown ??= reason;
  }

  result(): InvariantResult {
    return {
      name: this.#name,
      title: this.#title,
      checks: this.#checks,
      violations: this.#violations,
      ...(this.#witness && { witness: this.#witness }),
      ...(this.#unknown !== undefined && { unknown: this.#unknown }),
    };
  }
}
