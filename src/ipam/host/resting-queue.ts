import { type Cidr, type Family, Ip } from '../../ip/index.ts';

/** A released address, and when that was, in ms. */
export interface Resting {
  readonly ip: Ip;
  readonly at: number;
}

/**
 * Released addresses, the one released first ahead: 16 bytes each, since a node keeps in here whatever it has ever
 * given out. Ends are found in constant time; whoever asks for one by name looks through all.
 */
export class RestingQueue {
  readonly #family: Family;
  #numbers: Ip['number'][] = [];
  #times: number[] = [];
  /** What lies before it is gone. */
  #head = 0;

  constructor(family: Family) {
    this.#family = family;
  }

  get size(): number {
    return this.#numbers.length - this.#head;
  }

  /** When the first one was released; undefined when there is none. */
  get firstAt(): number | undefined {
    return this.#times[this.#head];
  }

  /** @param at not before that of the last one */
  push({ number }: Ip, at: number): void {
    this.#numbers.push(number);
    this.#times.push(at);
  }

  /** Takes the first one; there must be one. */
  shift(): Ip {
    const number = this.#numbers[this.#head++]!;
    // Copying what is left costs no more than the shifts that made the gap.
    if (this.#head > 16 && this.#head * 2 > this.#numbers.length) {
      this.#numbers = this.#numbers.slice(this.#head);
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
    return Ip.fromValue(this.#family, number);
  }

  /** When this address was released; undefined when it does not rest. */
  atOf({ number }: Ip): number | undefined {
    const index = this.#numbers.indexOf(number, this.#head);
    return index < 0 ? undefined : this.#times[index];
  }

  /** Takes this address out. */
  remove({ number }: Ip): void {
    const index = this.#numbers.indexOf(number, this.#head);
    if (index < 0) return;
    this.#numbers.splice(index, 1);
    this.#times.splice(index, 1);
  }

  /** Takes out all addresses of a CIDR. */
  removeIn(cidr: Cidr): void {
    this.replace([...this].filter(({ ip }) => !cidr.contains(ip)));
  }

  /** Holds these instead of what it holds; in the order of their times. */
  replace(entries: readonly Resting[]): void {
    this.#numbers = entries.map(({ ip }) => ip.number);
    this.#times = entries.map(({ at }) => at);
    this.#head = 0;
  }

  *[Symbol.iterator](): Generator<Resting> {
    for (let i = this.#head; i < this.#numbers.length; i++) {
      yield { ip: Ip.fromValue(this.#family, this.#numbers[i]!), at: this.#times[i]! };
    }
  }
}
