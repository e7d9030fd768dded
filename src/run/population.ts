import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureClass } from '../cni/index.ts';
import { DEFAULT_POOL } from '../ipam/index.ts';
import { monotonicNs, type Recorder } from '../measure/index.ts';
import { type ChurnPhase, type Planned, released, type Scenario, type Subject } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { Traffic } from '../traffic/index.ts';
import type { CallListener } from './calls.ts';
import { podOfSandbox } from './cni-driver.ts';
import type { Pace, Refusal, SubjectObserver } from './driver.ts';
import { Drivers } from './drivers.ts';
import { Exhaustion } from './exhaustion/exhaustion.ts';
import { SandboxParts } from './sandbox-parts.ts';
import type { ServicesUnderTest } from './services/index.ts';
import { Subjects } from './subjects.ts';
import { Agenda, until } from './timeline.ts';

/** What starts later than this after its instant is late: the generator did not keep up with it. */
export const LATE_NS = 5e6;

export interface PopulationOptions {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly recorder: Recorder;
  /** Needed where Services have backends. */
  readonly traffic: Traffic | undefined;
  readonly signal: AbortSignal;
  /** Told of trouble, in words. */
  readonly warn: (text: string) => void;
  /** Pods of a Job that start and end the run's pods; 1: this process does. */
  readonly shards: number;
}

const LOOK_MS = 20;

/** How a call's reporter describes it. */
type Call = Parameters<CallListener['granted']>[1];

/** All pods, nodes and Services of a run: starts them, ends them in time, and keeps the books. */
export class Population implements SubjectObserver, CallListener, AsyncDisposable {
  readonly #options: PopulationOptions;
  readonly #run: string;
  readonly #agenda = new Agenda();
  readonly subjects: Subjects;
  readonly exhaustion: Exhaustion;
  readonly #parts: SandboxParts;
  /** Pools that pods asked for by name. */
  readonly #pools = new Map<string, string>();
  #drivers: Drivers | undefined;
  #dropped = 0;
  #late = 0;
  #firstNs = 0;
  #lastNs = 0;

  private constructor(options: PopulationOptions, run: string) {
    const { recorder, lab } = options;
    this.#options = options;
    this.#run = run;
    this.subjects = new Subjects(recorder);
    this.#parts = new SandboxParts(recorder);
    this.exhaustion = new Exhaustion({
      onReuse: (since, ns) => recorder.append({ metric: 'ipam.reuse', ns, at: since, ok: true }),
      waitsUnseen: lab.spec.ipam.wait > 0,
      namedPools: lab.spec.ipam.mode === 'multi-pool',
    });
  }

  /** @param run what the run's objects are called after */
  static async open(options: PopulationOptions, run: string): Promise<Population> {
    const population = new Population(options, run);
    population.#drivers = await Drivers.open(run, { ...options, observer: population });
    return population;
  }

  /** Arrivals so far: first and last intended instant, those dropped, those late. */
  get arrivals(): Readonly<Record<'firstNs' | 'lastNs' | 'dropped' | 'late', number>> {
    return { firstNs: this.#firstNs, lastNs: this.#lastNs, dropped: this.#dropped, late: this.#late };
  }

  /** Where Services have backends. */
  get services(): ServicesUnderTest | undefined {
    return this.#drivers?.services;
  }

  /** Something that should have begun on schedule did not, so often. */
  drop(count: number): void {
    this.#dropped += count;
  }

  /** Does `work` at an instant, unless everything is ended before. */
  at(instant: number, work: () => void): void {
    this.#agenda.add(instant, work);
  }

  start(planned: Planned, intended: number, phase: ChurnPhase): void {
    const { name, lifetime, pool } = planned;
    const { subject, deadline } = phase;
    this.#firstNs ||= intended;
    this.#lastNs = intended;
    if (phase.maxAlive !== undefined && this.subjects.counts.alive >= phase.maxAlive) {
      this.#dropped++;
      return;
    }
    const lag = monotonicNs() - intended;
    if (this.paceOf(subject) === undefined) this.#clockLag(lag, intended, phase.mode);
    this.subjects.begin(name, { subject, phase: phase.name, intended, lifetime });
    if (pool !== undefined) this.#pools.set(name, pool);
    const asksFor = phase.subject === 'service' ? phase.type : (pool ?? DEFAULT_POOL);
    this.exhaustion.asked(name, { subject, phase: phase.name, pool: asksFor, at: intended });
    this.#agenda.add(intended + deadline, () => {
      if (this.#fail(name, monotonicNs())) this.end(name);
    });
    this.#drivers!.of(subject)
      .create(planned, phase)
      .catch((error: Error) => {
        this.#options.warn(`create ${name}: ${error.message}`);
        this.#fail(name, monotonicNs(), 'other');
        this.gone(name, monotonicNs());
      });
  }

  /** Of a kind that somebody else starts on schedule; undefined where it is this process. */
  paceOf(subject: Subject): Pace | undefined {
    return this.#drivers?.of(subject).pace;
  }

  lag(lagNs: number): void {
    this.#clockLag(lagNs, monotonicNs() - lagNs, 'open');
  }

  #clockLag(lag: number, intended: number, mode: ChurnPhase['mode']): void {
    if (mode === 'open') {
      this.#options.recorder.append({ metric: 'harness.lag', ns: lag, at: intended, ok: true });
    }
    if (lag > LATE_NS) this.#late++;
  }

  /** Asks for the end of one. `release` is what a phase's release is called. */
  end(name: string, intended = monotonicNs(), release?: number): void {
    const subject = this.subjects.kindOf(name);
    if (subject === undefined) return;
    this.subjects.end(name, intended);
    this.exhaustion.ending(name, monotonicNs(), release);
    this.#drivers!.of(subject)
      .remove(name)
      .catch((error: Error) => this.#options.warn(`delete ${name}: ${error.message}`));
  }

  /** Ends everything, and forgets what was planned. */
  endAll(): void {
    this.#agenda.clear();
    for (const name of this.subjects.names()) this.end(name);
  }

  /**
   * Gives back what the phase releases, at its time; `told` hears how many. Resolves when they are gone, or the
   * phase's deadline has passed since.
   */
  async release(
    phase: ChurnPhase,
    begin: number,
    signal: AbortSignal,
    told: (count: number) => void,
  ): Promise<void> {
    const { release, name, subject, deadline } = phase;
    if (release === undefined) return;
    await until(begin + release.after, signal);
    if (signal.aborted) return;
    const living = this.subjects.living(subject, name);
    const chosen = released(living.length, release, this.#options.scenario.spec.seed, name).map(
      (index) => living[index]!,
    );
    const first = monotonicNs();
    const record = this.exhaustion.release(name, first, chosen.length);
    told(chosen.length);
    const gap = release.rate === undefined ? 0 : 1e9 / release.rate;
    for (const [order, each] of chosen.entries()) {
      const due = first + order * gap;
      if (gap > 0) await until(due, signal);
      if (signal.aborted) return;
      this.end(each, due, record);
    }
    const last = monotonicNs() + deadline;
    const isThere = (each: string) => this.subjects.kindOf(each) !== undefined;
    while (chosen.some(isThere) && monotonicNs() < last && !signal.aborted) await sleep(LOOK_MS);
  }

  podOf({
    pod,
    containerId,
  }: Pick<Call, 'pod' | 'containerId'>): { name: string; pool?: string } | undefined {
    const name = pod === undefined ? podOfSandbox(this.#run, containerId) : pod.split('/')[1];
    if (name === undefined) return undefined;
    const severalPools = this.#options.lab.spec.ipam.mode === 'multi-pool';
    const pool = this.#pools.get(name) ?? (severalPools ? DEFAULT_POOL : undefined);
    return { name, ...(pool === undefined ? {} : { pool }) };
  }

  granted(pod: string, { startedNs, endedNs, decidedNs, ips, node }: Call): void {
    this.#parts.added(pod, { from: startedNs, to: endedNs });
    this.exhaustion.served(pod, decidedNs, ips, node);
  }

  released(pod: string, { startedNs, ips }: Call): void {
    this.exhaustion.freed(pod, ips, startedNs);
  }

  addressChanged(pod: string, { kind, at, ips, node }: Parameters<CallListener['addressChanged']>[1]): void {
    if (kind === 'granted') this.exhaustion.served(pod, at, ips, node);
    else this.exhaustion.freed(pod, ips, at);
  }

  /** By its plugin; the driver of level `cni` tells the same by `refused`. */
  addRefused(
    pod: string,
    { at, class: why = 'other', message = '', node }: Parameters<CallListener['addRefused']>[1],
  ): void {
    this.subjects.refused(pod, why);
    this.exhaustion.refused(pod, { at, class: why, message, node });
  }

  asked(name: string, at: number): void {
    this.subjects.asked(name, at);
  }

  scheduled(name: string, at: number): void {
    this.subjects.scheduled(name, at);
  }

  sandbox(name: string, at: number): void {
    const since = this.subjects.sandbox(name, at);
    if (since !== undefined) this.#parts.seen(name, { from: since, to: at });
  }

  ready(name: string, at: number, capacity?: readonly string[]): void {
    const end = this.subjects.ready(name, at);
    if (end === undefined) return;
    if (capacity !== undefined) this.exhaustion.served(name, at, capacity);
    if (Number.isFinite(end)) this.#agenda.add(end, () => this.end(name, end));
  }

  refused(name: string, refusal: Refusal): void {
    this.subjects.refused(name, refusal.class);
    if (this.subjects.kindOf(name) !== 'pod') this.exhaustion.refused(name, refusal);
    // Level cni does not try again: the failure is final, and counts at the phase's deadline.
    else this.#fail(name, refusal.at, refusal.class);
  }

  gone(name: string, at: number): void {
    this.subjects.gone(name, at);
    this.#parts.gone(name);
    this.exhaustion.gone(name, at);
  }

  #fail(name: string, at: number, cause?: FailureClass): boolean {
    this.exhaustion.gaveUp(name, at);
    return this.subjects.fail(name, at, cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agenda[Symbol.dispose]();
    await this.#drivers?.[Symbol.asyncDispose]();
  }
}
