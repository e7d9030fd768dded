import type { FailureClass } from '../cni/index.ts';
import type { ExhaustionResult } from '../measure/index.ts';
import { maximum, orderValues, quantile } from '../stats/index.ts';

/** Longest waits that are told by name. */
const EXAMPLES = 5;

type FirstRefusal = NonNullable<ExhaustionResult['firstRefusal']>;
/** Who was refused where; `alive` is found out in the end. */
export type Refusal = Omit<FirstRefusal, 'alive'>;

interface ClassTally {
  attempts: number;
  subjects: number;
  firstNs: number;
  lastNs: number;
}

interface Wait {
  readonly name: () => string;
  readonly waitedNs: number;
  readonly served: boolean;
}

/** Who was refused, and who of them waited how long. May be told in any order of time. */
export class Waits {
  #first: Refusal | undefined;
  readonly #classes = new Map<FailureClass, ClassTally>();
  readonly #served: number[] = [];
  readonly #never: number[] = [];
  readonly #attempts: number[] = [];
  #longest: Wait[] = [];

  /** Those of several kinds of subjects together. */
  static merged(all: readonly Waits[]): Waits {
    const merged = new Waits();
    for (const waits of all) {
      for (const time of waits.#served) merged.#served.push(time);
      for (const time of waits.#never) merged.#never.push(time);
      for (const count of waits.#attempts) merged.#attempts.push(count);
      for (const [name, tally] of waits.#classes) {
        const before = merged.#classes.get(name) ?? {
          attempts: 0,
          subjects: 0,
          firstNs: Infinity,
          lastNs: 0,
        };
        merged.#classes.set(name, {
          attempts: before.attempts + tally.attempts,
          subjects: before.subjects + tally.subjects,
          firstNs: Math.min(before.firstNs, tally.firstNs),
          lastNs: Math.max(before.lastNs, tally.lastNs),
        });
      }
      merged.#longest.push(...waits.#longest);
    }
    merged.#longest = merged.#longest.sort((a, b) => b.waitedNs - a.waitedNs).slice(0, EXAMPLES);
    const first = all.flatMap((waits) => waits.#first ?? []).sort((a, b) => a.atNs - b.atNs);
    merged.#first = first[0];
    return merged;
  }

  get firstRefusal(): Refusal | undefined {
    return this.#first;
  }

  /** An attempt was refused; `first` of its subject. `tell` is asked only when it is the earliest of all. */
  refused(at: number, cause: FailureClass, first: boolean, tell: () => Refusal): void {
    let tally = this.#classes.get(cause);
    if (tally === undefined) {
      tally = { attempts: 0, subjects: 0, firstNs: at, lastNs: at };
      this.#classes.set(cause, tally);
    }
    tally.attempts++;
    if (first) tally.subjects++;
    tally.firstNs = Math.min(tally.firstNs, at);
    tally.lastNs = Math.max(tally.lastNs, at);
    if (this.#first === undefined || at < this.#first.atNs) this.#first = tell();
  }

  /** A subject that was refused has been served, or has given up. */
  ended(waitedNs: number, attempts: number, served: boolean, name: () => string): void {
    (served ? this.#served : this.#never).push(waitedNs);
    this.#attempts.push(attempts);
    if (this.#longest.length === EXAMPLES && waitedNs <= this.#longest.at(-1)!.waitedNs) return;
    this.#longest.push({ name, waitedNs, served });
    this.#longest = this.#longest.sort((a, b) => b.waitedNs - a.waitedNs).slice(0, EXAMPLES);
  }

  /** How many gave up. */
  get never(): number {
    return this.#never.length;
  }

  /** Waits of all that were refused, p50 and p99. */
  quantiles(): { waitP50Ns: number; waitP99Ns: number } {
    const all = orderValues([...this.#served, ...this.#never]);
    return { waitP50Ns: quantile(all, 0.5)?.value ?? 0, waitP99Ns: quantile(all, 0.99)?.value ?? 0 };
  }

  /** @param aliveAt how many had what they asked for at an instant */
  result(
    aliveAt: (ns: number, subject: Refusal['subject']) => number,
  ): Pick<ExhaustionResult, 'firstRefusal' | 'refusals' | 'retries' | 'starved'> {
    const attempts = orderValues(this.#attempts);
    return {
      firstRefusal:
        this.#first === undefined
          ? null
          : { ...this.#first, alive: aliveAt(this.#first.atNs, this.#first.subject) },
      refusals: Array.from(this.#classes, ([name, tally]) => ({ class: name, ...tally })),
      retries:
        this.#attempts.length === 0
          ? null
          : {
              p50: quantile(attempts, 0.5)!.value,
              p99: quantile(attempts, 0.99)!.value,
              max: maximum(attempts)!.value,
            },
      starved: {
        served: this.#served.length,
        never: this.#never.length,
        ...this.quantiles(),
        longestNs: this.#longest[0]?.waitedNs ?? 0,
        examples: this.#longest.map(({ name, waitedNs, served }) => ({ name: name(), waitedNs, served })),
      },
    };
  }
}
