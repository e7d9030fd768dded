import { NODES, type Node, SERVICES, type Service } from '../../kube/index.ts';
import { Recorder, type Sample } from '../../measure/index.ts';
import { allAnswer, Fleet, RunNamespace, ServicesUnderTest } from '../../run/index.ts';
import { type LabFields, labSpec, type ServicePhase } from '../../scenario/index.ts';
import { NetnsLab } from '../../substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../../traffic/index.ts';
import { BenchError } from '../bench-error.ts';
import type { BenchContext } from '../context.ts';

const RUN = 'bench';
const NODES_OF_A_LAB = 2;
const BACKENDS = 20;
const PORT = 80;
/** Services that are made at the same time. */
const IN_FLIGHT = 32;
/** Share of requests that may go without an answer. */
const LOST = 1e-4;
/** A change that takes longer has failed. */
const DEADLINE_NS = 120e9;

export type Implementation = NonNullable<LabFields['services']>;

export interface BedOptions {
  readonly services: Implementation;
  readonly minSyncPeriod?: string;
  readonly programs: TrafficPrograms;
}

/** A lab with Services in it that answer, and somebody who dials them. */
export class ServiceBed implements AsyncDisposable {
  readonly implementation: Implementation;
  readonly lab: NetnsLab;
  readonly traffic: Traffic;
  /** What probes have measured. */
  readonly samples: Sample[];
  readonly #services: ServicesUnderTest;
  readonly #namespace: string;
  readonly #stack: AsyncDisposableStack;
  readonly #signal: AbortSignal;
  #made = 0;

  private constructor(
    implementation: Implementation,
    lab: NetnsLab,
    services: ServicesUnderTest,
    samples: Sample[],
    stack: AsyncDisposableStack,
    signal: AbortSignal,
  ) {
    this.implementation = implementation;
    this.lab = lab;
    this.traffic = services.options.traffic;
    this.samples = samples;
    this.#services = services;
    this.#namespace = services.options.namespace;
    this.#stack = stack;
    this.#signal = signal;
  }

  /** Brings a lab up; it is gone with the bed. @throws LabError, TrafficError */
  static async open(
    { services: implementation, minSyncPeriod, programs }: BedOptions,
    { labs, signal }: BenchContext,
  ): Promise<ServiceBed> {
    await using stack = new AsyncDisposableStack();
    const fields = {
      nodes: NODES_OF_A_LAB,
      services: implementation,
      ...(minSyncPeriod !== undefined && { minSyncPeriod }),
    };
    const name = await labs.up(implementation, fields);
    stack.defer(() => labs.down(name));
    const lab = stack.use(await NetnsLab.open(name));
    const { client, nodes, pods } = lab;
    const traffic = stack.use(await Traffic.start(lab.trafficHost(), programs));
    const namespace = stack.use(await RunNamespace.make(client, RUN)).name;
    const fleet = stack.use(await Fleet.make({ client, namespace, nodes, pods, backends: BACKENDS, signal }));
    const objects = await Promise.all(nodes.map((node) => client.get<Node>(NODES, node)));
    const samples: Sample[] = [];
    const services = new ServicesUnderTest({
      ...{ client, namespace, lab: labSpec(fields), traffic, fleet },
      nodeIps: objects.map(({ status }) => status?.addresses?.[0]?.address ?? ''),
      recorder: new Recorder({ sink: { write: (sample) => samples.push(sample) } }),
      graceNs: DEADLINE_NS,
      warn: () => {},
    });
    return new ServiceBed(implementation, lab, services, samples, stack.move(), signal);
  }

  /** Until there are so many Services with five endpoints each, and the last of them answers. */
  async fill(count: number): Promise<void> {
    const phase = phaseOf(count, 5, false);
    const work = async (): Promise<void> => {
      while (this.#made < count) {
        this.#signal.throwIfAborted();
        await this.#make(this.#made++, phase);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  }

  /** Waits until what was made answers on every node. @throws BenchError too-slow */
  async settled(): Promise<void> {
    if (await allAnswer(this.#services, this.#signal)) return;
    const made = `${this.#made} Services through ${this.implementation}`;
    throw new BenchError('too-slow', `Expected ${made} to answer, and the last one does not`);
  }

  /** One more Service with one endpoint, probed on every node until it answers; then that endpoint is replaced, and probed. */
  async change(): Promise<void> {
    const name = await this.#make(this.#made++, phaseOf(1, 1, true));
    const { probing, book, options } = this.#services;
    await probing.idle();
    const living = book.get(name)!;
    const fresh = options.fleet.backends.find((backend) => !living.backends.includes(backend))!;
    await this.#services.replace(living, living.backends[0]!, fresh);
    await probing.idle();
  }

  /**
   * Answers a second of one client, over this many Services in turn. In a lab without Services their backends.
   * @throws BenchError failed-requests when some are not answered: waits for nothing would be most of what is clocked
   */
  async crr(durationMs: number, services: number): Promise<number> {
    const { book, options, isTranslated, answers } = this.#services;
    const all = book.living;
    const dialled = Math.min(services, all.length);
    // From all over: where in a chain of rules each stands decides what it costs.
    const living = Array.from({ length: dialled }, (_, i) => all[Math.floor((i * all.length) / dialled)]!);
    const to = isTranslated
      ? living.map(({ addresses }) => addresses[0]!)
      : [...new Set(living.flatMap(({ backends }) => backends.map(({ ips }) => `${ips[0]}:${PORT}`)))];
    const from = options.fleet.clients.get(this.lab.nodes[0]!)!;
    const result = await this.traffic.crr({ from, to, durationMs });
    answers.judge(result.answers(), from);
    const { count, ok, failed } = result.counts;
    if (count - ok > count * LOST) {
      const what = `${count - ok} of ${count} requests through ${this.implementation}`;
      throw new BenchError('failed-requests', `${what} were not answered: ${JSON.stringify(failed)}`);
    }
    return result.rate;
  }

  /** Replies from a backend that never belonged to the address, or long after it did, of all that were held. */
  get misrouted(): { readonly violations: number; readonly checks: number } {
    const { violations, checks } = this.#services.results()[0]!;
    return { violations, checks };
  }

  async #make(index: number, phase: ServicePhase): Promise<string> {
    const name = `web-${index}`;
    const made = await this.lab.client.create<Service>(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: this.#namespace },
      spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'], ports: [{ port: PORT, protocol: 'TCP' }] },
    });
    await this.#services.made(made, phase, index);
    return name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** What a scenario would say of such Services. */
function phaseOf(count: number, endpoints: number, probed: boolean): ServicePhase {
  return {
    ...{
      kind: 'churn',
      subject: 'service',
      name: 'web',
      mode: 'closed',
      inFlight: IN_FLIGHT,
      count,
      endpoints,
    },
    ...{ type: 'ClusterIP', protocol: 'TCP', backends: { pods: BACKENDS }, deadline: DEADLINE_NS },
    // Every one of them, wherever in a phase it stands.
    ...(probed && { probes: { every: 1e6, nodes: 'all', services: Number.MAX_SAFE_INTEGER } as const }),
  };
}
