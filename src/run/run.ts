/** One execution of a scenario on a lab that is up. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AddressInvariants,
  type ExhaustionResult,
  type InvariantResult,
  type Inventory,
  monotonicNs,
  NodeCidrInvariants,
  Recorder,
  type RunEvent,
  type RunFolder,
} from '../measure/index.ts';
import { whyNoAddresses } from '../networks/index.ts';
import {
  answeringPhases,
  type Change,
  type ChurnPhase,
  type DrainPhase,
  type Fault,
  KUBE_PROXY_SERVICES,
  needsAnswers,
  type Scenario,
  type TrafficPhase,
} from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../traffic/index.ts';
import { Calls } from './calls.ts';
import { sampleOf } from './exhaustion/pool-levels.ts';
import { FenceWatch } from './fence-watch.ts';
import { LiveLatencies } from './live-latencies.ts';
import { allStarted, closedLoop, LEAD_NS, type LoadContext, openLoop } from './load.ts';
import { NodeCidrWatch } from './node-cidr-watch.ts';
import { nodeCidrListener } from './node-cidrs.ts';
import { changeText, PoolChanges } from './pool-changes.ts';
import { poolCidrs } from './pool-cidrs.ts';
import { Population } from './population.ts';
import { measureHarness, quietInventory, SETTLE_MS, settle } from './preparation.ts';
import { watchResources } from './resources.ts';
import { allAnswer, anotherChange, changeEndpoints, Meanwhile, TrafficLoad } from './services/index.ts';
import { StartRate } from './start-rate.ts';
import { warmUp } from './warm-up.ts';

const PROGRESS_MS = 1000;
/** Address events of the two sides of a call arrive at most this much apart. */
const EVENT_LAG_NS = 5e9;
const LOOK_MS = 50;
/** The longest wait for an answer to traffic that goes on beside a phase. */
const ANSWER_MS = 1000;
/** kube-proxy removes what it has emptied with a sync some time later: in mode iptables 30 s (its syncPeriod). */
const PROXY_SETTLE_MS = 45_000;
/** A sync that writes the rules of thousands of Services takes minutes (iptables-nft), and the next one begins after it. */
const PROXY_LONGEST_MS = 600_000;
/** Warnings that a result keeps; a flood of the same trouble is cut. */
const MAX_WARNINGS = 50;

/** What a run leaves besides its samples. */
export interface RunOutcome {
  readonly recorder: Recorder;
  readonly invariants: readonly InvariantResult[];
  readonly exhaustion: ExhaustionResult | undefined;
  readonly planned: number;
  readonly started: number;
  readonly dropped: number;
  readonly late: number;
  readonly completed: number;
  readonly failed: number;
  readonly firstNs: number;
  readonly lastNs: number;
  readonly warnings: readonly string[];
  /** Bound on the difference of clocks of machines that took part, in ns. */
  readonly clockErrorNs: number;
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
  /** Programs for connections; needed where Services have backends. */
  readonly programs?: TrafficPrograms;
  /** Where the scenario lies. */
  readonly scenarioFolder: string;
  /** Pods of a Job that start and end the run's pods, for open phases; 1: this process does. */
  readonly shards?: number;
}

export class Run implements AsyncDisposable {
  readonly #options: RunOptions;
  /** In the names of what the run makes. */
  readonly #id = randomBytes(4).toString('hex');
  readonly #recorder: Recorder;
  readonly #addresses: AddressInvariants;
  readonly #nodeCidrs: NodeCidrInvariants;
  readonly #pools: PoolChanges;
  readonly #ended = new AbortController();
  readonly #stack = new AsyncDisposableStack();
  readonly #warnings: string[] = [];
  #population!: Population;
  #connections: Traffic | undefined;

  private constructor(options: RunOptions) {
    this.#options = options;
    this.#recorder = new Recorder({ sink: options.folder });
    const { ipam } = options.lab.spec;
    const { ipam: giver } = options.lab.network;
    const named = poolCidrs(options.lab.spec, options.scenario);
    // Of an IPAM that nobody knows, no pool is the wrong one.
    const pools = giver === 'unknown' ? ['0.0.0.0/0', '::/0'] : Object.values(named).flat();
    // Only our own IPAM promises a rest, and only where it keeps leases itself; host-local has none.
    const rests = giver === 'agent' && ipam.store === 'log';
    this.#addresses = new AddressInvariants({ pools, named, cooldownNs: rests ? ipam.cooldown : 0 });
    this.#nodeCidrs = new NodeCidrInvariants({ pools });
    this.#pools = new PoolChanges(options.lab.client);
  }

  /** Runs all phases and checks what is left. */
  static async execute(options: RunOptions): Promise<RunOutcome> {
    await using run = new Run(options);
    return await run.#execute();
  }

  async #execute(): Promise<RunOutcome> {
    const { lab, scenario, folder, signal, shards = 1 } = this.#options;
    const { phases, faults, changes } = scenario.spec;
    const id = this.#id;
    await measureHarness(lab, this.#recorder);
    if (hasPods(scenario) || needsAnswers(scenario.spec)) await warmUp(lab, id);
    this.#connections = await this.#startTraffic();
    const before = await quietInventory(lab);
    const fence = await FenceWatch.begin(lab.fence);
    const warn = (text: string): void => this.#warn(text);
    this.#population = this.#stack.use(
      await Population.open(
        { lab, scenario, recorder: this.#recorder, traffic: this.#connections, signal, warn, shards },
        id,
      ),
    );
    const calls = new Calls(this.#recorder, folder, this.#addresses, this.#population);
    await lab.followCalls(calls);
    this.#stack.use(
      await NodeCidrWatch.open(
        lab.client,
        lab.spec.ipam.mode,
        nodeCidrListener(this.#nodeCidrs, this.#population),
      ),
    );
    const begin = monotonicNs();
    for (const fault of faults) {
      if (fault.phase === undefined) this.#population.at(begin + fault.at, () => void this.#hit(fault));
    }
    for (const change of changes) this.#population.at(begin + change.at, () => void this.#change(change));
    void watchResources(lab, this.#recorder, this.#ended.signal);
    void this.#tellProgress();
    let drained = 0;
    for (const phase of phases) {
      if (phase.kind === 'churn') await this.#churn(phase);
      else if (phase.kind === 'traffic') await this.#traffic(phase);
      else drained = await this.#drain(phase);
      await this.#lookAtPools();
      this.#event({ kind: 'phase.ended', phase: phase.name, at: monotonicNs() });
    }
    const left = await this.#settle(before, drained, calls.collected);
    return this.#outcome([...left, ...(await fence.results())]);
  }

  async #churn(phase: ChurnPhase): Promise<void> {
    const { scenario, lab, signal } = this.#options;
    const population = this.#population;
    this.#beginPhase(phase.name, phase.deadline, phase.count);
    const pace = population.paceOf(phase.subject);
    const begin = monotonicNs() + (pace?.leadNs ?? LEAD_NS);
    if (pace && phase.mode === 'open') await pace.begin(phase, begin, signal);
    const context: LoadContext = {
      seed: scenario.spec.seed,
      nodes: lab.nodes.length,
      start: (planned, intended) => population.start(planned, intended, phase),
      starting: () => population.subjects.starting,
      begin,
      earlyNs: pace?.earlyNs ?? 0,
      signal,
    };
    using meanwhile = this.#meanwhile(phase);
    await Promise.all([
      phase.mode === 'open' ? openLoop(phase, context) : closedLoop(phase, context),
      population.release(phase, begin, signal, (count) =>
        this.#event({ kind: 'release', subject: phase.subject, count, at: monotonicNs() }),
      ),
    ]);
    await allStarted(context);
    await meanwhile.end();
    const { services } = population;
    if (services === undefined || phase.subject !== 'service' || phase.endpoints === 0) return;
    await services.probing.idle();
    await allAnswer(services, signal);
  }

  /** What goes on while Services arrive: endpoints change, others are dialled. */
  #meanwhile(phase: ChurnPhase): Meanwhile {
    const meanwhile = new Meanwhile((error) => this.#warn(`phase ${phase.name}: ${error.message}`));
    const { services } = this.#population;
    if (services === undefined || phase.subject !== 'service') return meanwhile;
    const { traffic, endpointChanges: rate } = phase;
    const { seed } = this.#options.scenario.spec;
    if (rate !== undefined) meanwhile.add((signal) => changeEndpoints(services, { rate, seed, signal }));
    if (traffic !== undefined) {
      const load = new TrafficLoad(services, traffic, this.#trafficOptions(phase));
      meanwhile.add((signal) => load.beside(signal));
    }
    return meanwhile;
  }

  /** Nothing arrives: connections are made through what is there. */
  async #traffic(phase: TrafficPhase): Promise<void> {
    this.#beginPhase(phase.name, phase.deadline, 0);
    const services = this.#population.services!;
    const { seed } = this.#options.scenario.spec;
    using meanwhile = new Meanwhile((error) => this.#warn(`phase ${phase.name}: ${error.message}`));
    const { endpointChanges: rate } = phase;
    if (rate !== undefined) meanwhile.add((signal) => changeEndpoints(services, { rate, seed, signal }));
    const load = new TrafficLoad(services, phase.traffic, this.#trafficOptions(phase));
    if (!this.#options.signal.aborted) this.#population.drop(await load.run());
    await meanwhile.end();
    await services.probing.idle();
  }

  #trafficOptions(phase: ChurnPhase | TrafficPhase) {
    // The deadline of what arrives says nothing about how long an answer may take.
    const timeoutMs = phase.kind === 'traffic' ? Math.ceil(phase.deadline / 1e6) : ANSWER_MS;
    return { phase: phase.name, timeoutMs, folder: this.#options.scenarioFolder };
  }

  /** Connections from inside the lab, where something answers. @throws Error without the programs for it */
  async #startTraffic(): Promise<Traffic | undefined> {
    const { lab, scenario, programs } = this.#options;
    if (!needsAnswers(scenario.spec)) return undefined;
    if (programs === undefined) throw new Error('Expected the programs that make connections, got none');
    return this.#stack.use(await Traffic.start(lab.trafficHost(), programs));
  }

  /** Returns the instant at which the last one was gone, or the deadline came. */
  async #drain(phase: DrainPhase): Promise<number> {
    this.#beginPhase(phase.name, phase.deadline, 0);
    const deadline = monotonicNs() + phase.deadline;
    const { subjects } = this.#population;
    this.#population.endAll();
    while (subjects.counts.alive > 0 && monotonicNs() < deadline) await sleep(LOOK_MS);
    await this.#warnOf('put the pools back', () => this.#pools.restore());
    const left = subjects.names();
    if (left.length > 0) this.#warn(`${left.length} are not gone after the drain, ${left[0]} among them`);
    return monotonicNs();
  }

  /** Waits until nothing is left of the run, or says what is. Without a drain nothing can be said. */
  async #settle(
    before: Inventory,
    drained: number,
    collected: readonly string[],
  ): Promise<InvariantResult[]> {
    const { lab, scenario } = this.#options;
    const addresses = hasPods(this.#options.scenario) ? this.#addressResults() : [];
    const { services } = this.#population;
    await services?.finish();
    const known = [...addresses, ...this.#nodeCidrs.results(), ...(services?.results() ?? [])];
    if (drained === 0) return known;
    await this.#stack.disposeAsync();
    const hasProxy = KUBE_PROXY_SERVICES.some((mode) => mode === lab.spec.services);
    const clearsUp = hasProxy && answeringPhases(scenario.spec).length > 0;
    const { settleMs = clearsUp ? PROXY_SETTLE_MS : SETTLE_MS } = this.#options;
    // It runs its programs every now and then, whatever there is.
    const longestMs = hasProxy ? PROXY_LONGEST_MS : settleMs;
    const nudge = async (): Promise<void> => {
      if (clearsUp) await this.#warnOf('change a Service', () => anotherChange(lab, this.#id));
    };
    const left = await settle(lab, before, { drainedNs: drained, settleMs, longestMs, nudge, collected });
    return [...known, ...left];
  }

  /** Where nobody tells who has which address they say nothing, and why. */
  #addressResults(): InvariantResult[] {
    const { network, substrate } = this.#options.lab;
    const notApplicable = whyNoAddresses(network, substrate);
    const results = this.#addresses.results();
    return notApplicable === undefined ? results : results.map((each) => ({ ...each, notApplicable }));
  }

  async #hit({ action, target, node, down }: Fault): Promise<void> {
    const { lab } = this.#options;
    const text = `${action} ${target}${node ? ` on ${node}` : ''}`;
    this.#event({ kind: 'fault', text, ...(node ? { node } : {}), at: monotonicNs() });
    await this.#warnOf(text, () =>
      action === 'kill' ? lab.kill(target, node, down / 1e6) : lab.restart(target, node),
    );
  }

  async #change(change: Change): Promise<void> {
    const text = changeText(change);
    this.#event({ kind: 'change', text, at: monotonicNs() });
    await this.#warnOf(text, () => this.#pools.apply(change));
  }

  async #warnOf(text: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: Error) => this.#warn(`${text}: ${error.message}`));
  }

  async #tellProgress(): Promise<void> {
    const { phases } = this.#options.scenario.spec;
    const planned = phases.reduce((sum, phase) => sum + (phase.kind === 'churn' ? phase.count : 0), 0);
    const latencies = new LiveLatencies(this.#recorder);
    const starts = new StartRate(monotonicNs());
    while (!this.#ended.signal.aborted) {
      await sleep(PROGRESS_MS, undefined, { signal: this.#ended.signal }).catch(() => {});
      const { counts, failures } = this.#population.subjects;
      const lately = starts.next(monotonicNs(), counts.started);
      this.#addresses.advance(monotonicNs() - EVENT_LAG_NS);
      this.#event({
        kind: 'progress',
        at: monotonicNs(),
        progress: {
          started: counts.started,
          planned,
          alive: counts.alive,
          ratePerSecond: starts.last,
          late: this.#population.arrivals.late,
          dropped: this.#population.arrivals.dropped,
          failed: failures,
          remainingNs: lately > 0 ? ((planned - counts.started) / lately) * 1e9 : 0,
          quantiles: latencies.next(),
        },
      });
      await this.#lookAtPools();
    }
  }

  /** How full the pools are, as far as the API tells. */
  async #lookAtPools(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    const { exhaustion } = this.#population;
    const view = await this.#options.lab.ipam().catch(() => undefined);
    // One that cannot be looked at, as while the control plane is down, leaves a gap.
    if (view === undefined) return;
    const sample = sampleOf(view, exhaustion.waiting('pod'));
    exhaustion.look(sample);
    this.#event({ kind: 'ipam', view: sample, at: monotonicNs() });
  }

  #outcome(invariants: readonly InvariantResult[]): RunOutcome {
    const { subjects, exhaustion, arrivals } = this.#population;
    const { started, ready, failed } = subjects.counts;
    const now = monotonicNs();
    subjects.censor(now);
    return {
      recorder: this.#recorder,
      invariants,
      exhaustion: exhaustion.result(now),
      ...arrivals,
      planned: started + arrivals.dropped,
      started,
      completed: ready,
      failed,
      warnings: this.#warnings,
      clockErrorNs: Math.max(this.#options.lab.clockErrorNs ?? 0, this.#connections?.clockErrorNs ?? 0),
    };
  }

  #beginPhase(phase: string, deadlineNs: number, planned: number): void {
    const at = monotonicNs();
    this.#recorder.beginPhase(phase, at, deadlineNs);
    this.#event({ kind: 'phase.started', phase, planned, deadlineNs, at });
    for (const fault of this.#options.scenario.spec.faults) {
      if (fault.phase === phase) this.#population.at(at + fault.at, () => void this.#hit(fault));
    }
  }

  #event(event: RunEvent): void {
    this.#options.folder.event(event);
    this.#options.onEvent(event);
  }

  #warn(text: string): void {
    if (this.#warnings.length >= MAX_WARNINGS) return;
    this.#warnings.push(text);
    this.#event({ kind: 'warning', text, at: monotonicNs() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#stack.disposeAsync();
  }
}

function hasPods({ spec }: Scenario): boolean {
  return spec.phases.some((phase) => phase.kind === 'churn' && phase.subject === 'pod');
}
