import fs from 'node:fs';
import path from 'node:path';
import type { BatchKind, BatchSpec } from './batch.ts';
import { Dialer } from './dialer.ts';
import { type GeneratorLimit, measureGenerator } from './generator-limit.ts';
import type { TrafficHost, TrafficPlace, TrafficPrograms } from './host.ts';
import { runPodScript, runScript, type ScriptResult, type ScriptSpec } from './k6-script.ts';
import { type ConnectionLoad, type LimitUse, limitUses } from './limits.ts';
import { Probe, type ProbeSpec } from './probe.ts';
import { TrafficResult } from './result.ts';
import { TrafficError } from './traffic-error.ts';

/**
 * Connections from inside a lab: batches, k6 scripts and probes, through one dialer per node. Disposing it ends the
 * dialers; what answers for pods goes on.
 */
export class Traffic implements AsyncDisposable {
  readonly #host: TrafficHost;
  readonly #programs: TrafficPrograms;
  readonly #dialers = new Map<string, Promise<Dialer>>();
  readonly #probes = new Map<string, Probe>();
  #next = 1;
  /** All that there have been. */
  readonly #started: Dialer[] = [];

  private constructor(host: TrafficHost, programs: TrafficPrograms) {
    this.#host = host;
    this.#programs = programs;
  }

  /**
   * From here on pods with container ports answer on them. Dialers start when they are needed first.
   * @throws TrafficError process-failed
   */
  static async start(host: TrafficHost, programs: TrafficPrograms): Promise<Traffic> {
    fs.mkdirSync(host.directory, { recursive: true, mode: 0o700 });
    await host.answerForPods(programs.responder);
    return new Traffic(host, programs);
  }

  /** Bound on how far instants of dialers were from this machine's clock, in ns. */
  get clockErrorNs(): number {
    return Math.max(0, ...this.#started.map((dialer) => dialer.clockErrorNs));
  }

  /** Connect, request, close, over and over. Throws TrafficError bad-batch, no-such-place. */
  crr(spec: BatchSpec): Promise<TrafficResult> {
    return this.batch('crr', spec);
  }

  /** Requests on one open connection for each address. */
  rr(spec: BatchSpec): Promise<TrafficResult> {
    return this.batch('rr', spec);
  }

  /** Bytes from the other side; one connection unless `count` says more. */
  stream(spec: BatchSpec): Promise<TrafficResult> {
    return this.batch(
      'stream',
      spec.count === undefined && spec.durationMs === undefined ? { ...spec, count: 1 } : spec,
    );
  }

  udp(spec: BatchSpec): Promise<TrafficResult> {
    return this.batch('udp', spec);
  }

  http(spec: BatchSpec): Promise<TrafficResult> {
    return this.batch('http', spec);
  }

  /** One batch, looped and clocked in the dialer. Throws TrafficError bad-batch, no-such-place, process-failed. */
  async batch(kind: BatchKind, spec: BatchSpec): Promise<TrafficResult> {
    const place = await this.#host.find(spec.from);
    const dialer = await this.#dialer(place);
    const samples = dialer.samplesFile(this.#file(`batch-${this.#next++}.samples`));
    const { to, ...rest } = spec;
    try {
      const counts = await dialer.batch({
        ...rest,
        kind,
        samples,
        from: place.name,
        netns: place.netns,
        to: typeof to === 'string' ? [to] : to,
      });
      return new TrafficResult(counts, place, await dialer.takeSamples(samples));
    } catch (cause) {
      throw new TrafficError('bad-batch', `${kind} from ${spec.from}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /**
   * Runs a k6 script that may dial from `spec.places`; where pods of k6 can be had, in one beside the only place, and
   * it dials from there. Throws TrafficError script-failed, no-such-place.
   */
  async script(spec: ScriptSpec): Promise<ScriptResult> {
    const directory = this.#file(`script-${this.#next++}`);
    fs.mkdirSync(directory, { mode: 0o700 });
    try {
      const { scriptPods } = this.#host;
      const { k6, k6Image } = this.#programs;
      if (scriptPods === undefined || k6 === undefined || k6Image === undefined) {
        return await runScript(spec, await this.#placesOf(spec), k6, directory);
      }
      const [name, ...others] = spec.places;
      if (name === undefined || others.length > 0)
        throw new TrafficError(
          'script-failed',
          `Expected one place for k6 in a pod, got ${spec.places.length}`,
        );
      const beside = await this.#host.find(name);
      const setting = { beside, pods: scriptPods, k6, image: k6Image };
      return await runPodScript(spec, setting, directory, (dialer) => this.#started.push(dialer));
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  }

  #placesOf(spec: ScriptSpec): Promise<{ place: TrafficPlace; dialer: Dialer }[]> {
    return Promise.all(
      spec.places.map(async (name) => {
        const place = await this.#host.find(name);
        return { place, dialer: await this.#dialer(place) };
      }),
    );
  }

  /** Begins to dial an address from a place, on a clock. Throws TrafficError no-such-place. */
  async probe(spec: ProbeSpec): Promise<Probe> {
    const place = await this.#host.find(spec.from);
    const dialer = await this.#dialer(place);
    const id = `${place.node}/${this.#next++}`;
    const probe = new Probe(id, spec, place, dialer, () => this.#probes.delete(id));
    this.#probes.set(id, probe);
    try {
      await dialer.call('probe.add', {
        id,
        netns: place.netns,
        to: spec.to,
        protocol: spec.protocol ?? 'tcp',
        intervalUs: Math.round((spec.intervalMs ?? 1) * 1000),
        timeoutMs: spec.timeoutMs ?? 0,
        expect: spec.expect ?? [],
        once: spec.once ?? false,
      });
    } catch (cause) {
      this.#probes.delete(id);
      throw new TrafficError('bad-batch', `probe from ${spec.from}: ${(cause as Error).message}`, { cause });
    }
    return probe;
  }

  /** How near a load from a place comes to its limits, as they are there now. */
  async limits(from: string, load: ConnectionLoad): Promise<LimitUse[]> {
    const place = await this.#host.find(from);
    const dialer = await this.#dialer(place);
    return limitUses(load, await dialer.limits(place.netns));
  }

  /**
   * What dialer and responder can do without a network between them: over loopback, in a namespace of their own. Throws
   * TrafficError no-such-place where nodes have no namespace daemon.
   */
  async generatorLimit(node: string, durationMs?: number): Promise<GeneratorLimit> {
    const daemon = this.#host.daemon?.(node);
    if (daemon === undefined)
      throw new TrafficError('no-such-place', `There is no namespace to make on ${node}`);
    return measureGenerator({
      node,
      daemon,
      responder: this.#programs.responder,
      directory: this.#host.directory,
      dialer: await this.#dialerOf(node),
      ...(durationMs === undefined ? {} : { durationMs }),
    });
  }

  #dialer({ dialer, node }: TrafficPlace): Promise<Dialer> {
    return this.#dialerOf(dialer ?? node);
  }

  #dialerOf(name: string): Promise<Dialer> {
    let dialer = this.#dialers.get(name);
    if (dialer === undefined) {
      dialer = this.#startDialer(name);
      this.#dialers.set(name, dialer);
      // The next call tries again.
      dialer.catch(() => this.#dialers.delete(name));
    }
    return dialer;
  }

  async #startDialer(name: string): Promise<Dialer> {
    const dialer = await Dialer.connect(name, await this.#host.dialer(name, this.#programs.dialer));
    this.#started.push(dialer);
    dialer.onClose(() => {
      this.#dialers.delete(name);
      const error = new TrafficError('process-failed', `The dialer of ${name} ended`);
      for (const probe of this.#probes.values()) {
        if ((probe.place.dialer ?? probe.place.node) === name) probe.lose(error);
      }
    });
    await dialer.followProbes((report) => this.#probes.get(report.id)?.update(report));
    return dialer;
  }

  #file(name: string): string {
    return path.join(this.#host.directory, `${process.pid}-${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await Promise.allSettled(this.#dialers.values());
    await Promise.all(
      started.map((each) => (each.status === 'fulfilled' ? each.value[Symbol.asyncDispose]() : undefined)),
    );
  }
}
