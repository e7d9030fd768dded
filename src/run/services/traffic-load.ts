import path from 'node:path';
import { monotonicNs, type Sample } from '../../measure/index.ts';
import { connectionLoad, type TrafficSpec } from '../../scenario/index.ts';
import type { Answer } from '../../traffic/index.ts';
import { until } from '../timeline.ts';
import { directAddresses, type LivingService } from './service-book.ts';
import type { ServicesUnderTest } from './services-under-test.ts';

/** Kinds whose requests follow one another on a connection. */
const OPEN: ReadonlySet<TrafficSpec['kind']> = new Set(['rr', 'stream', 'http']);
/** Our own k6 scripts, one for each kind. */
const SCRIPTS = path.resolve(import.meta.dirname, '../../../scenarios/k6');
/** Traffic beside something else goes on for a quarter of the time, so that it does not take the machine from it. */
const PIECE_MS = 250;
const EVERY_NS = 1e9;
/** Batches a second that k6 begins on schedule; of more requests each has several. */
const BATCHES = 100;

export interface TrafficLoadOptions {
  /** The phase, which labels the samples. */
  readonly phase: string;
  readonly timeoutMs: number;
  /** Where the scenario lies, and its scripts beside it. */
  readonly folder: string;
}

/** What is dialled from where. */
interface Targets {
  readonly from: string;
  readonly to: readonly string[];
}

/** What became of one batch, or of one script. */
interface Result {
  readonly requests: number;
  readonly failed: number;
  samples(): Iterable<Sample>;
  answers(): Iterable<Answer>;
}

/** Connections through Services as a phase wants them: samples, errors, and who answered. */
export class TrafficLoad {
  readonly #services: ServicesUnderTest;
  readonly #traffic: TrafficSpec;
  readonly #options: TrafficLoadOptions;
  #begunNs: number | undefined;
  #requests = 0;
  #failed = 0;
  #stale = 0;
  #misrouted = 0;

  constructor(services: ServicesUnderTest, traffic: TrafficSpec, options: TrafficLoadOptions) {
    this.#services = services;
    this.#traffic = traffic;
    this.#options = options;
  }

  /** As long, or as often, as it says. Returns the requests that could not begin on schedule. */
  async run(): Promise<number> {
    const targets = this.#targets();
    await this.#checkLimits(targets);
    const dropped = await this.#dial(targets);
    this.#sum();
    return dropped;
  }

  async #dial(targets: Targets): Promise<number> {
    const { for: length, count, rate, script, kind } = this.#traffic;
    if (rate !== undefined || script !== undefined) return await this.#script(targets, length! / 1e9);
    const requests = kind === 'first' ? targets.to.length : count;
    await this.#batch(targets, requests === undefined ? { durationMs: length! / 1e6 } : { count: requests });
    return 0;
  }

  /** A piece in each second until the signal fires. */
  async beside(signal: AbortSignal): Promise<void> {
    await this.#checkLimits(this.#targets());
    for (let next = monotonicNs(); !signal.aborted; next += EVERY_NS) {
      await until(next, signal);
      if (!signal.aborted) await this.#batch(this.#targets(), { durationMs: PIECE_MS });
    }
    this.#sum();
  }

  async #batch({ from, to }: Targets, amount: { count: number } | { durationMs: number }): Promise<void> {
    const { kind, connections } = this.#traffic;
    const { phase, timeoutMs } = this.#options;
    const result = await this.#services.options.traffic.batch(kind === 'first' ? 'crr' : kind, {
      ...amount,
      from,
      to,
      timeoutMs,
      clients: kind === 'first' ? 1 : connections,
      // Each datagram asks the Service anew: a socket that is connected stays with its backend.
      ...(kind === 'udp' && { fresh: true }),
      labels: { phase },
    });
    const failed = Object.values(result.counts.failed).reduce((sum, count) => sum + count, 0);
    const { startNs } = result.counts;
    this.#record(from, startNs, {
      requests: result.counts.count,
      failed,
      samples: () => result.samples(),
      answers: () => result.answers(),
    });
  }

  async #script({ from, to }: Targets, seconds: number): Promise<number> {
    const { kind, connections, rate, script } = this.#traffic;
    const { phase, folder } = this.#options;
    const { traffic, warn } = this.#services.options;
    const batch = rate === undefined ? undefined : Math.max(1, Math.ceil(rate / BATCHES));
    const result = await traffic.script({
      file: script === undefined ? path.join(SCRIPTS, `${kind}.ts`) : path.resolve(folder, script),
      places: [from],
      labels: { phase },
      params: {
        to,
        from: [from],
        vus: connections,
        ...(kind === 'udp' && { fresh: true }),
        duration: `${seconds}s`,
        ...(batch === undefined ? {} : { batch, rate: Math.max(1, Math.round(rate! / batch)) }),
      },
    });
    const { requests, failed, droppedIterations } = result.counts;
    const samples = [...result.samples()];
    const at = Math.min(...samples.map((sample) => sample.at));
    // In a cluster k6 has a pod, and so a client's address, of its own.
    const { name } = result.places[0]!;
    this.#record(name, at, { requests, failed, samples: () => samples, answers: () => result.answers() });
    if (!result.passed) warn(`phase ${phase}: a threshold of the k6 script was crossed`);
    return droppedIterations * (batch ?? 1);
  }

  #record(from: string, at: number, { requests, failed, samples, answers }: Result): void {
    const { recorder } = this.#services.options;
    const { kind } = this.#traffic;
    for (const sample of samples()) {
      if (kind !== 'first') recorder.append(sample);
      else if (sample.metric === 'service.connect')
        recorder.append({ ...sample, metric: 'service.first_connect' });
    }
    const { stale, misrouted } = this.#services.answers.judge(answers(), from, OPEN.has(kind));
    this.#begunNs ??= at;
    this.#requests += requests;
    this.#failed += failed;
    this.#stale += stale;
    this.#misrouted += misrouted;
  }

  /** What all of it amounts to. */
  #sum(): void {
    const { recorder } = this.#services.options;
    if (this.#begunNs === undefined) return;
    const counted = { at: this.#begunNs, ok: true, labels: { phase: this.#options.phase } } as const;
    const errors = this.#requests === 0 ? 0 : this.#failed / this.#requests;
    recorder.append({ metric: 'service.errors', ns: errors, ...counted });
    recorder.append({ metric: 'service.stale', ns: this.#stale, ...counted });
    recorder.append({ metric: 'service.misrouted', ns: this.#misrouted, ...counted });
  }

  /** @throws Error when there is nothing to dial */
  #targets(): Targets {
    const { from, via, services: count, kind, to: where = 'other-node' } = this.#traffic;
    const { options, book, isTranslated } = this.#services;
    const [node, client] = [...options.fleet.clients][0]!;
    const place = { pod: client, node, outside: 'outside' }[from];
    if (via === 'pod') {
      const isWanted = (on: string): boolean => (on === node) === (where === 'same-node');
      const pod = options.fleet.backends.find((backend) => isWanted(backend.node))!;
      return { from: place, to: [directAddresses(pod)[0]!] };
    }
    const fit = book.living.filter(
      ({ backends, nodePorts }) => backends.length > 0 && (via !== 'nodeport' || nodePorts.length > 0),
    );
    const chosen = kind === 'first' ? fit.slice(-count) : fit.slice(0, count);
    const to =
      isTranslated && via !== 'direct'
        ? chosen.map((living) => (via === 'nodeport' ? living.nodePorts : living.addresses)[0]!)
        : directOf(chosen, node);
    if (to.length === 0) throw new Error(`phase ${this.#options.phase}: there is no Service left to dial`);
    return { from: place, to };
  }

  /** Warns of limits of the kernel that this would run into, and that the result would then be about. */
  async #checkLimits({ from, to }: Targets): Promise<void> {
    const { traffic, warn } = this.#services.options;
    const load = connectionLoad(this.#traffic, to.length);
    if (load === undefined) return;
    for (const { limit, needed, available, fits, advice } of await traffic.limits(from, load)) {
      if (!fits)
        warn(`phase ${this.#options.phase}: it may need ${needed} of ${available} (${limit}): ${advice}`);
    }
  }
}

/** Backends of Services in their first family, those of other nodes first: a single stream goes over the network. */
function directOf(services: readonly LivingService[], node: string): string[] {
  const backends = new Set(services.flatMap((living) => living.backends));
  const [near, far] = [true, false].map((isNear) =>
    [...backends].filter((backend) => (backend.node === node) === isNear),
  );
  return [...far!, ...near!].map((backend) => directAddresses(backend)[0]!);
}
