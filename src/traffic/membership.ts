/** An answer as a dialer clocked it: who gave it, and when what led to it began. */
export interface Answer {
  /** The address that was dialled. */
  readonly to: string;
  /** `namespace/name` of the pod that answered. */
  readonly backend: string;
  /** CLOCK_MONOTONIC in ns: before the socket was made, or before the request on one that was open. */
  readonly at: number;
}

/** stale: from a backend that had been removed before. misrouted: from one that never belonged there. */
export type Judgement = 'ok' | 'stale' | 'misrouted';

/** What answers of a run amount to. */
export interface AnswerCounts {
  readonly ok: number;
  readonly stale: number;
  readonly misrouted: number;
  /** The first answer that was not ok. */
  readonly witness: Answer | undefined;
}

/** Which backends belonged to which address, and until when: what a run knows from the API. */
export class Membership {
  /** Address -> backend -> when it was removed; Infinity while it belongs there. */
  readonly #until = new Map<string, Map<string, number>>();

  /** A backend belongs to an address from now on, again if it did before. */
  add(to: string, backend: string): void {
    let backends = this.#until.get(to);
    if (backends === undefined) {
      backends = new Map();
      this.#until.set(to, backends);
    }
    backends.set(backend, Infinity);
  }

  /** The removal was accepted at `atNs` (monotonic): connections begun later must not reach it. */
  remove(to: string, backend: string, atNs: number): void {
    this.#until.get(to)?.set(backend, atNs);
  }

  /** When the backend was removed there; Infinity while it belongs there, and where it never did. */
  removedAt(to: string, backend: string): number {
    return this.#until.get(to)?.get(backend) ?? Infinity;
  }

  judge({ to, backend, at }: Answer): Judgement {
    const until = this.#until.get(to)?.get(backend);
    if (until === undefined) return 'misrouted';
    return at > until ? 'stale' : 'ok';
  }

  count(answers: Iterable<Answer>): AnswerCounts {
    const counts = { ok: 0, stale: 0, misrouted: 0 };
    let witness: Answer | undefined;
    for (const answer of answers) {
      const judgement = this.judge(answer);
      counts[judgement]++;
      if (judgement !== 'ok') witness ??= answer;
    }
    return { ...counts, witness };
  }
}
