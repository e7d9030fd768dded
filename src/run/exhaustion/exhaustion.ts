import type { FailureClass } from '../../cni/index.ts';
import type { ExhaustionResult, IpamSample } from '../../measure/index.ts';
import type { Subject } from '../../scenario/index.ts';
import type { Refusal } from '../driver.ts';
import { PoolDemand, quantileOf, waitQuantile } from './pool-demand.ts';
import { type Levels, PoolLevels } from './pool-levels.ts';
import { Reuse } from './reuse.ts';

/** Who asked, and what for. Instants are CLOCK_MONOTONIC in ns. */
export interface Demand {
  readonly subject: Subject;
  readonly phase: string;
  readonly pool: string;
  readonly at: number;
}

/** One that asked and has neither been served nor given up, or was refused once. */
interface Asker extends Demand {
  readonly name: string;
  node?: string;
  attempts: number;
  /** When it was served, or given up; undefined while it waits. */
  closedAt?: number;
  served?: boolean;
  /** What it has of the pools. */
  capacity: readonly string[];
}

type MutableRefusals = { attempts: number; subjects: Set<string>; firstNs: number; lastNs: number };

/** Those who waited that a result names. */
const EXAMPLES = 5;

export interface ExhaustionOptions {
  /** Capacity that was asked back at `since` is in the hands of one who waited, `ns` later. */
  readonly onReuse: (since: number, ns: number) => void;
  /** An ADD that the agent lets wait is not refused: waiting shows only in how long it takes. */
  readonly waitsUnseen: boolean;
  /** Pods ask for pools by name. */
  readonly namedPools: boolean;
}

/** Follows who asks for addresses, CIDRs and ports, who is refused, who waits, and what comes back. */
export class Exhaustion {
  readonly #options: ExhaustionOptions;
  /** All that wait, that were refused once, or that hold something. */
  readonly #askers = new Map<string, Asker>();
  readonly #pools = new Map<string, PoolDemand>();
  readonly #levels: PoolLevels;
  readonly #refusals = new Map<FailureClass, MutableRefusals>();
  readonly #waiting = new Map<Subject, number>();
  readonly #starved: Asker[] = [];
  readonly #holding = new Map<Subject, number>();
  readonly #reuse: Reuse;
  #first: ExhaustionResult['firstRefusal'] = null;

  constructor(options: ExhaustionOptions) {
    this.#options = options;
    this.#levels = new PoolLevels(options.namedPools);
    this.#reuse = new Reuse(options.onReuse);
  }

  asked(name: string, demand: Demand): void {
    this.#askers.set(name, { name, ...demand, attempts: 0, capacity: [] });
    this.#pool(demand.pool).asked++;
  }

  refused(name: string, { at, class: why, message, node, attempts = 1 }: Refusal): void {
    const asker = this.#askers.get(name);
    if (asker === undefined) return;
    const { subject, phase, pool } = asker;
    const known = this.#refusals.get(why) ?? { attempts: 0, subjects: new Set(), firstNs: at, lastNs: at };
    known.attempts += attempts;
    known.subjects.add(name);
    known.firstNs = Math.min(known.firstNs, at);
    known.lastNs = Math.max(known.lastNs, at);
    this.#refusals.set(why, known);
    if (node !== undefined) asker.node = node;
    if (asker.attempts === 0) {
      if (asker.closedAt === undefined) this.#count(this.#waiting, subject, 1);
      if (asker.served !== false) this.#starved.push(asker);
    }
    asker.attempts += attempts;
    if (this.#first !== null && this.#first.atNs <= at) return;
    const alive = this.#holding.get(subject) ?? 0;
    const where = node === undefined ? {} : { node };
    this.#first = { atNs: at, phase, subject, name, ...where, pool, class: why, message, alive };
  }

  /** It has what it asked for. */
  served(name: string, at: number, capacity: readonly string[], node?: string): void {
    const asker = this.#askers.get(name);
    if (asker === undefined || asker.closedAt !== undefined) return;
    if (node !== undefined) asker.node = node;
    this.#close(asker, at, true);
    asker.capacity = capacity;
    this.#count(this.#holding, asker.subject, 1);
    if (asker.subject === 'pod') this.#levels.count(asker.pool, 1);
    const waits = asker.attempts > 0 || asker.subject !== 'pod' || this.#options.waitsUnseen;
    for (const key of capacity) this.#reuse.granted(key, { at, waitedSince: waits ? asker.at : undefined });
  }

  /** Nobody waits for it any longer. */
  gaveUp(name: string, at: number): void {
    const asker = this.#askers.get(name);
    if (asker !== undefined && asker.closedAt === undefined) this.#close(asker, at, false);
  }

  /** It is to go, and what it has comes back. */
  ending(name: string, at: number, release?: number): void {
    const asker = this.#askers.get(name);
    if (asker === undefined) return;
    if (release !== undefined) this.#reuse.expect(release, asker.capacity, at);
    // A pod's addresses come back with its DEL.
    if (asker.subject !== 'pod') for (const key of asker.capacity) this.#reuse.freed(key, at);
  }

  /** A pod's addresses were asked back on its node. */
  freed(name: string, capacity: readonly string[], at: number): void {
    const asker = this.#askers.get(name);
    if (asker?.served && asker.capacity.length > 0) {
      asker.capacity = [];
      this.#levels.count(asker.pool, -1);
    }
    for (const key of capacity) this.#reuse.freed(key, at);
  }

  gone(name: string, at: number): void {
    this.gaveUp(name, at);
    const asker = this.#askers.get(name);
    if (asker?.subject === 'pod') this.freed(name, [], at);
    this.#askers.delete(name);
    if (asker?.served) this.#count(this.#holding, asker.subject, -1);
  }

  /** A phase begins to release this many; returns what to call `ending` with. */
  release(phase: string, at: number, released: number): number {
    this.#levels.released();
    return this.#reuse.release(phase, at, released);
  }

  /** Those that were refused and still wait. */
  waiting(subject: Subject): number {
    return this.#waiting.get(subject) ?? 0;
  }

  look(sample: IpamSample): void {
    this.#levels.look(sample);
  }

  /** What the run shows at its end; undefined when nothing was refused and nothing released. */
  result(endNs: number): ExhaustionResult | undefined {
    for (const asker of this.#askers.values())
      if (asker.closedAt === undefined) this.#close(asker, endNs, false);
    const releases = this.#reuse.releases();
    if (this.#first === null && releases.length === 0) return undefined;
    const attempts = this.#starved.flatMap((asker) => (asker.attempts > 0 ? asker.attempts : []));
    return {
      firstRefusal: this.#first,
      refusals: [...this.#refusals].map(([why, { subjects, ...rest }]) => ({
        class: why,
        ...rest,
        subjects: subjects.size,
      })),
      retries:
        attempts.length === 0
          ? null
          : { p50: quantileOf(attempts, 0.5), p99: quantileOf(attempts, 0.99), max: quantileOf(attempts, 1) },
      starved: this.#starvedResult(),
      releases: releases.map(({ phase, at, released, reuseNs }) => ({
        phase,
        atNs: at,
        released,
        reused: reuseNs.length,
        firstReuseNs: reuseNs.length === 0 ? null : quantileOf(reuseNs, 0),
        p50ReuseNs: reuseNs.length === 0 ? null : quantileOf(reuseNs, 0.5),
        p99ReuseNs: reuseNs.length === 0 ? null : quantileOf(reuseNs, 0.99),
      })),
      pools: [...this.#pools].map(([pool, demand]) => ({
        pool,
        asked: demand.asked,
        served: demand.served,
        never: demand.never,
        waitP50Ns: demand.wait(0.5),
        waitP99Ns: demand.wait(0.99),
        fairness: demand.fairness,
        ...peaksOf(this.#levels.of(pool)),
      })),
    };
  }

  #starvedResult(): ExhaustionResult['starved'] {
    const all = this.#starved.map(({ name, at, closedAt = at, served = false }) => ({
      name,
      waitedNs: closedAt - at,
      served,
    }));
    return {
      served: all.filter(({ served }) => served).length,
      never: all.filter(({ served }) => !served).length,
      waitP50Ns: waitQuantile(all, 0.5),
      waitP99Ns: waitQuantile(all, 0.99),
      longestNs: waitQuantile(all, 1),
      examples: all.toSorted((a, b) => b.waitedNs - a.waitedNs).slice(0, EXAMPLES),
    };
  }

  #close(asker: Asker, at: number, served: boolean): void {
    asker.closedAt = at;
    asker.served = served;
    if (asker.attempts > 0) this.#count(this.#waiting, asker.subject, -1);
    if (!served) {
      // One that the agent let wait until it was given up was never refused, and starved all the same.
      if (asker.attempts === 0) this.#starved.push(asker);
      if (asker.subject === 'pod') this.#levels.starved(asker.pool);
    }
    this.#pool(asker.pool).close(at - asker.at, served, asker.node);
  }

  #pool(name: string): PoolDemand {
    const known = this.#pools.get(name) ?? new PoolDemand();
    this.#pools.set(name, known);
    return known;
  }

  #count(of: Map<Subject, number>, subject: Subject, by: number): void {
    of.set(subject, (of.get(subject) ?? 0) + by);
  }
}

function peaksOf({ peakReserved, peakUsed, usableShareOfFree }: Levels) {
  return { peakReserved, peakUsed, usableShareOfFree };
}
