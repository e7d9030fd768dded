import type { Clock } from '../queue/clock.ts';

/** Requests to the provider at a time, while it does not complain. */
const MOST = 30;

/**
 * How many requests go to a provider at a time: half as many after each that it refused for being one too many, one
 * more after each that it took, and none before the time it names. So what waits, waits here and not in requests.
 */
export class Throttle implements Disposable {
  readonly #clock: Clock;
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #limit = MOST;
  #running = 0;
  #closedUntil = 0;
  #timer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs one request in its turn. It says whether it was refused, and for how long: `rateLimited` in ms. */
  async run<T>(
    request: () => Promise<T | { readonly rateLimited: number }>,
  ): Promise<T | { readonly rateLimited: number }> {
    await this.#turn();
    try {
      const answer = await request();
      if (isRefusal(answer)) this.#slowDown(answer.rateLimited);
      else this.#limit = Math.min(MOST, this.#limit + 1);
      return answer;
    } finally {
      this.#running--;
      this.#admit();
    }
  }

  /** Requests that wait for their turn never get it: they fail. */
  [Symbol.dispose](): void {
    this.#timer?.();
    this.#closedUntil = Number.POSITIVE_INFINITY;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('stopped'));
  }

  #turn(): Promise<void> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    this.#admit();
    return turn.promise;
  }

  #slowDown(ms: number): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + ms);
  }

  #admit(): void {
    const closedFor = this.#closedUntil - this.#clock.now();
    if (closedFor > 0) {
      if (this.#waiting.length > 0)
        this.#timer ??= this.#clock.after(closedFor, () => {
          this.#timer = undefined;
          this.#admit();
        });
      return;
    }
    while (this.#running < this.#limit && this.#waiting.length > 0) {
      this.#running++;
      this.#waiting.shift()!.resolve();
    }
  }
}

function isRefusal(answer: unknown): answer is { readonly rateLimited: number } {
  return typeof answer === 'object' && answer !== null && 'rateLimited' in answer;
}
