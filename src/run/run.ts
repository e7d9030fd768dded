/** One execution of a scenario on a lab that is up. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AddressInvariants,
  compareInventories,
  type InvariantResult,
  type Inventory,
  monotonicNs,
  Recorder,
  type RunEvent,
  type RunFolder,
} from '../measure/index.ts';
import type { ChurnPhase, DrainPhase, Fault, Planned, Scenario } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import { Calls } from './calls.ts';
import { CniDriver } from './cni-driver.ts';
import type { Driver, PodObserver } from './driver.ts';
import { allStarted, closedLoop, type LoadContext, openLoop } from './load.ts';
import { PodDriver } from './pod-driver.ts';
import { Pods } from './pods.ts';
import { watchResources } from './resources.ts';
import { Agenda } from './timeline.ts';

/** A pod that starts later than this after its instant is late: the generator did not keep up with it. */
export const LATE_NS = 5e6;
/** Starts of a program that does nothing, before the load begins. */
const HARNESS_ROUNDS = 200;
const PROGRESS_MS = 1000;
/** Address events of the two sides of a call arrive at most this much apart. */
const EVENT_LAG_NS = 5e9;
const LOOK_MS = 50;
/** Nothing has changed for so long: nothing moves. */
const QUIET_MS = 200;
/** What the kernel takes down in the background (namespaces, links) is given this long after the drain. */
const SETTLE_MS = 20_000;

/** What a run leaves besides its samples. */
export interface RunOutcome {
  readonly recorder: Recorder;
  readonly invariants: readonly InvariantResult[];
  readonly planned: number;
  readonly started: number;
  readonly dropped: number;
  readonly late: number;
  readonly completed: number;
  readonly failed: number;
  readonly firstNs: number;
  readonly lastNs: number;
  readonly warnings: readonly string[];
}

export interface RunOptions {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly folder: RunFolder;
  readonly onEvent: (event: RunEvent) => void;
  /** Ends the load early; what lives is still drained. */
  readonly signal: AbortSignal;
  /** How long after the drain the kernel may still take things down in the background, in ms. */
  readonly settleMs?: number;
}

export class Run implements PodObserver, AsyncDisposable {
  readonly #options: RunOptions;
  readonly #recorder: Recorder;
  readonly #pods: Pods;
  readonly #addresses: AddressInvariants;
  readonly #agenda = new Agenda();
  readonly #ended = new AbortController();
  readonly #warnings: string[] = [];
  #driver!: Driver;
  #dropped = 0;
  #late = 0;
  #firstNs = 0;
  #lastNs = 0;
  #lastStarted = 0;

  private constructor(options: RunOptions) {
    this.#options = options;
    this.#recorder = new Recorder({ sink: options.folder });
    this.#pods = new Pods(this.#recorder);
    const { ipam, network } = options.lab.spec;
    this.#addresses = new AddressInvariants({
      pools: ipam.pools.flatMap(({ cidrs }) => cidrs),
      // Only our own IPAM promises a rest; host-local has none.
      cooldownNs: network === 'churnlab' ? ipam.cooldown : 0,
    });
  }

  /** Runs all phases and checks what is left. */
  static async execute(options: RunOptions): Promise<RunOutcome> {
    await using run = new Run(options);
    return await run.#execute();
  }

  async #execute(): Promise<RunOutcome> {
    const { lab, scenario, folder } = this.#options;
    const id = randomBytes(4).toString('hex');
    await this.#measureHarness();
    await this.#warmUp(id);
    const before = await this.#quietInventory();
    await lab.followCalls(
      new Calls(this.#recorder, folder, this.#addresses, (call) => {
        const name = call.pod?.split('/')[1];
        if (name) this.#pods.refused(name, call.class ?? 'other');
      }),
    );
    this.#driver =
      scenario.spec.level === 'cni'
        ? new CniDriver(lab, id, this)
        : await PodDriver.open(lab.client, id, this);
    this.#planFaults(scenario.spec.faults);
    void watchResources(lab, this.#recorder, this.#ended.signal);
    void this.#tellProgress();
    let drained = 0;
    for (const phase of scenario.spec.phases) {
      if (phase.kind === 'churn') await this.#churn(phase);
      else drained = await this.#drain(phase);
    }
    const invariants = await this.#settle(before, drained);
    return this.#outcome(invariants);
  }

  /**
   * One sandbox on every node, unmeasured: what a network sets up with its first pod and keeps (the bridge plugin its
   * bridge, portmap its chains) is part of the node, not a leftover of the pods that are measured.
   */
  async #warmUp(id: string): Promise<void> {
    const { lab } = this.#options;
    for (const node of lab.nodes) {
      const name = `${id}-warm-up-${node}`;
      const { ok } = await lab.addSandbox(node, name);
      if (ok) await lab.removeSandbox(node, name);
    }
  }

  /** What is there once nothing moves any more: the kernel takes namespaces and links down in the background. */
  async #quietInventory(): Promise<Inventory> {
    const deadline = Date.now() + SETTLE_MS;
    for (let last = ''; ; ) {
      const inventory = await this.#options.lab.inventory();
      const text = JSON.stringify(inventory);
      if (text === last || Date.now() > deadline) return inventory;
      last = text;
      await sleep(QUIET_MS);
    }
  }

  async #measureHarness(): Promise<void> {
    for (const { total, kernel } of await this.#options.lab.measureHarness(HARNESS_ROUNDS)) {
      const at = monotonicNs();
      this.#recorder.append({ metric: 'harness.exec', ns: total, at, ok: true });
      this.#recorder.append({ metric: 'harness.overhead', ns: total - kernel, at, ok: true });
    }
  }

  async #churn(phase: ChurnPhase): Promise<void> {
    const { scenario, lab, signal } = this.#options;
    this.#beginPhase(phase.name, phase.deadline, phase.count);
    const context: LoadContext = {
      seed: scenario.spec.seed,
      nodes: lab.nodes.length,
      start: (pod, intended) => this.#start(pod, intended, phase),
      starting: () => this.#pods.starting,
      signal,
    };
    if (phase.mode === 'open') await openLoop(phase, context);
    else await closedLoop(phase, context);
    await allStarted(context);
    this.#event({ kind: 'phase.ended', phase: phase.name, at: monotonicNs() });
  }

  #start(pod: Planned, intended: number, phase: ChurnPhase): void {
    const now = monotonicNs();
    this.#firstNs ||= intended;
    this.#lastNs = intended;
    if (phase.maxAlive !== undefined && this.#pods.counts.alive >= phase.maxAlive) {
      this.#dropped++;
      return;
    }
    const lag = now - intended;
    if (phase.mode === 'open')
      this.#recorder.append({ metric: 'harness.lag', ns: lag, at: intended, ok: true });
    if (lag > LATE_NS) this.#late++;
    this.#pods.begin(pod.name, intended, pod.lifetime);
    this.#agenda.add(intended + phase.deadline, () => {
      if (this.#pods.fail(pod.name, monotonicNs())) this.#end(pod.name);
    });
    this.#driver.create(pod).catch((error: Error) => {
      this.#warn(`create ${pod.name}: ${error.message}`);
      this.#pods.fail(pod.name, monotonicNs(), 'other');
      this.#pods.gone(pod.name, monotonicNs());
    });
  }

  #end(name: string, intended = monotonicNs()): void {
    this.#pods.end(name, intended);
    this.#driver.remove(name).catch((error: Error) => this.#warn(`delete ${name}: ${error.message}`));
  }

  /** Returns the instant at which the last pod was gone, or the deadline came. */
  async #drain(phase: DrainPhase): Promise<number> {
    this.#beginPhase(phase.name, phase.deadline, 0);
    this.#agenda.clear();
    const deadline = monotonicNs() + phase.deadline;
    for (const name of this.#pods.names()) this.#end(name);
    while (this.#pods.counts.alive > 0 && monotonicNs() < deadline) await sleep(LOOK_MS);
    const left = this.#pods.names();
    if (left.length > 0)
      this.#warn(`${left.length} pods are not gone after the drain, ${left[0]} among them`);
    this.#event({ kind: 'phase.ended', phase: phase.name, at: monotonicNs() });
    return monotonicNs();
  }

  /** Waits until nothing is left of the run, or says what is. Without a drain nothing can be said. */
  async #settle(before: Inventory, drained: number): Promise<InvariantResult[]> {
    const { lab, settleMs = SETTLE_MS } = this.#options;
    if (drained === 0) return this.#addresses.results();
    await this.#driver[Symbol.asyncDispose]();
    const deadline = Date.now() + settleMs;
    for (;;) {
      const at = monotonicNs();
      const results = compareInventories(before, await lab.inventory(), { at, settledNs: at - drained });
      const clean = results.every(({ violations }) => violations === 0);
      if (clean || Date.now() > deadline) return [...this.#addresses.results(), ...results];
      await sleep(LOOK_MS);
    }
  }

  #planFaults(faults: readonly Fault[]): void {
    const begin = monotonicNs();
    for (const fault of faults) {
      this.#agenda.add(begin + fault.at, () => void this.#hit(fault));
    }
  }

  async #hit({ action, target, node, down }: Fault): Promise<void> {
    const { lab } = this.#options;
    const text = `${action} ${target}${node ? ` on ${node}` : ''}`;
    this.#event({ kind: 'fault', text, ...(node ? { node } : {}), at: monotonicNs() });
    try {
      if (action === 'kill') await lab.kill(target, node, down / 1e6);
      else await lab.restart(target, node);
    } catch (error) {
      this.#warn(`${text}: ${(error as Error).message}`);
    }
  }

  async #tellProgress(): Promise<void> {
    const { phases } = this.#options.scenario.spec;
    const planned = phases.reduce((sum, phase) => sum + (phase.kind === 'churn' ? phase.count : 0), 0);
    while (!this.#ended.signal.aborted) {
      await sleep(PROGRESS_MS, undefined, { signal: this.#ended.signal }).catch(() => {});
      const { started, alive } = this.#pods.counts;
      const rate = started - this.#lastStarted;
      this.#lastStarted = started;
      this.#addresses.advance(monotonicNs() - EVENT_LAG_NS);
      this.#event({
        kind: 'progress',
        at: monotonicNs(),
        progress: {
          started,
          planned,
          alive,
          ratePerSecond: rate,
          late: this.#late,
          dropped: this.#dropped,
          failed: this.#pods.failures,
          remainingNs: rate > 0 ? ((planned - started) / rate) * 1e9 : 0,
          quantiles: this.#quantiles(),
        },
      });
    }
  }

  #quantiles(): Record<string, { p50: number; p99: number }> {
    const shown = ['pod.sandbox', 'cni.add', 'cni.del'] as const;
    return Object.fromEntries(
      shown.flatMap((name) => {
        const live = this.#recorder.live(name);
        return live ? [[name, { p50: live.p50, p99: live.p99 }]] : [];
      }),
    );
  }

  #outcome(invariants: readonly InvariantResult[]): RunOutcome {
    const { started, ready, failed } = this.#pods.counts;
    this.#pods.censor(monotonicNs());
    return {
      recorder: this.#recorder,
      invariants,
      planned: started + this.#dropped,
      started,
      dropped: this.#dropped,
      late: this.#late,
      completed: ready,
      failed,
      firstNs: this.#firstNs,
      lastNs: this.#lastNs,
      warnings: this.#warnings,
    };
  }

  #beginPhase(phase: string, deadlineNs: number, planned: number): void {
    const at = monotonicNs();
    this.#recorder.beginPhase(phase, at, deadlineNs);
    this.#event({ kind: 'phase.started', phase, planned, deadlineNs, at });
  }

  #event(event: RunEvent): void {
    this.#options.folder.event(event);
    this.#options.onEvent(event);
  }

  /** Kept for the result; a flood of the same trouble is cut. */
  #warn(text: string): void {
    if (this.#warnings.length >= 50) return;
    this.#warnings.push(text);
    this.#event({ kind: 'warning', text, at: monotonicNs() });
  }

  scheduled(name: string, at: number): void {
    this.#pods.scheduled(name, at);
  }

  sandbox(name: string, at: number): void {
    this.#pods.sandbox(name, at);
  }

  ready(name: string, at: number): void {
    const end = this.#pods.ready(name, at);
    if (end !== undefined) this.#agenda.add(end, () => this.#end(name, end));
  }

  refused(name: string, cause: Parameters<PodObserver['refused']>[1]): void {
    this.#pods.refused(name, cause);
    // Level cni does not try again: the failure is final, and counts at the phase's deadline.
    if (this.#options.scenario.spec.level === 'cni') this.#pods.fail(name, monotonicNs(), cause);
  }

  gone(name: string, at: number): void {
    this.#pods.gone(name, at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#agenda[Symbol.dispose]();
    await this.#driver?.[Symbol.asyncDispose]();
  }
}
