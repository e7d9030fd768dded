import { type InvariantResult, Tally } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';
import type { Answer, Membership } from '../../traffic/index.ts';

/** What the answers of a batch amount to. */
export interface Judged {
  readonly stale: number;
  readonly misrouted: number;
}

/**
 * Holds every answer against what the API said: a backend that never belonged to the address breaks the invariant at
 * once; one that was removed is stale, and breaks it when the time that a change may take is over.
 */
export class Answers {
  readonly #membership: Membership;
  readonly #graceNs: number;
  readonly #routed = new Tally('service-answers', 'no reply from a deleted or foreign backend');
  readonly #kept = new Tally('service-affinity', 'a client of a Service with affinity keeps its backend');
  /** Addresses of Services with affinity, and who answered a client last. */
  readonly #affine = new Map<string, Map<string, string>>();

  /** @param graceNs how long after its removal a backend may still answer */
  constructor(membership: Membership, graceNs: number) {
    this.#membership = membership;
    this.#graceNs = graceNs;
  }

  /** From now on a client that dials this address has to stay with its backend. */
  expectAffinity(to: string): void {
    this.#affine.set(to, new Map());
  }

  /**
   * @param from who dialled
   * @param isOpen requests on connections that were there before, which may stay with a backend that was removed
   */
  judge(answers: Iterable<Answer>, from: string, isOpen = false): Judged {
    let [stale, misrouted] = [0, 0];
    for (const answer of answers) {
      const judgement = this.#membership.judge(answer);
      if (judgement === 'misrouted') misrouted++;
      if (judgement === 'stale' && isOpen) continue;
      if (judgement === 'stale') stale++;
      this.#hold(answer, from, judgement === 'misrouted');
      this.#holdAffinity(answer, from);
    }
    return { stale, misrouted };
  }

  results(): InvariantResult[] {
    return [this.#routed.result(), ...(this.#affine.size > 0 ? [this.#kept.result()] : [])];
  }

  #hold({ to, backend, at }: Answer, from: string, isForeign: boolean): void {
    if (isForeign) {
      this.#routed.broken(at, 0, () => `${backend} answered ${from} at ${to}, where it never belonged`);
      return;
    }
    const age = at - this.#membership.removedAt(to, backend);
    if (age <= this.#graceNs) this.#routed.held();
    else {
      this.#routed.broken(
        at,
        age,
        () => `${backend} answered ${from} at ${to} ${format(age, 'ns')} after its removal`,
      );
    }
  }

  #holdAffinity({ to, backend, at }: Answer, from: string): void {
    const clients = this.#affine.get(to);
    if (clients === undefined) return;
    const before = clients.get(from);
    clients.set(from, backend);
    // One that was removed could not be kept.
    const isThere = before !== undefined && this.#membership.removedAt(to, before) === Infinity;
    if (!isThere || before === backend) this.#kept.held();
    else this.#kept.broken(at, 0, () => `${from} at ${to} had ${before} and then ${backend}`);
  }
}
