import { deleteIfThere, type KubeClient, SERVICES, type Service } from '../../kube/index.ts';
import { type InvariantResult, monotonicNs, type Recorder } from '../../measure/index.ts';
import type { LabSpec, ServicePhase } from '../../scenario/index.ts';
import type { Traffic } from '../../traffic/index.ts';
import { Answers } from './answers.ts';
import { type EndpointObject, endpointObjects } from './endpoint-objects.ts';
import type { Backend, Fleet } from './fleet.ts';
import { Probing } from './probing.ts';
import { type LivingService, ServiceBook, withPort } from './service-book.ts';

export interface ServicesOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly lab: LabSpec;
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  /** Addresses of nodes, on which node ports are dialled. */
  readonly nodeIps: readonly string[];
  readonly recorder: Recorder;
  /** How long a change may take until an answer that does not know of it breaks an invariant, ns. */
  readonly graceNs: number;
  readonly warn: (text: string) => void;
}

/** Services with backends that answer: writes their endpoints, knows who may answer, and has them dialled. */
export class ServicesUnderTest {
  readonly options: ServicesOptions;
  readonly book: ServiceBook;
  readonly answers: Answers;
  readonly probing: Probing;

  constructor(options: ServicesOptions) {
    const { fleet, graceNs, recorder, traffic, warn } = options;
    this.options = options;
    this.book = new ServiceBook(fleet.backends);
    this.answers = new Answers(this.book.membership, graceNs);
    this.probing = new Probing({ traffic, fleet, recorder, answers: this.answers, warn });
  }

  /** Whether anything translates addresses of Services here. */
  get isTranslated(): boolean {
    return this.options.lab.services !== 'none';
  }

  /** Gives a Service that the API has taken its endpoints; those that are chosen are probed until they answer. */
  async made({ metadata, spec }: Service, phase: ServicePhase, index: number): Promise<void> {
    const { client, nodeIps } = this.options;
    const backends = this.#backendsOf(phase, index);
    const port = spec.ports?.[0];
    const living: LivingService = {
      name: metadata.name!,
      phase,
      addresses: (spec.clusterIPs ?? []).map((ip) => withPort(ip, port!.port)),
      nodePorts: port?.nodePort ? nodeIps.map((ip) => withPort(ip, port.nodePort!)) : [],
      backends,
      isWritten: false,
    };
    this.book.add(living);
    if (phase.affinity)
      for (const to of [...living.addresses, ...living.nodePorts]) this.answers.expectAffinity(to);
    const isProbed = this.isTranslated && this.probing.wants(phase, index);
    const names = backends.map(({ name }) => name);
    const probes = isProbed ? await this.probing.begin(living, names) : undefined;
    const since = monotonicNs();
    for (const { resource, object } of this.#endpointsOf(living, backends)) {
      await client.create(resource, object);
    }
    living.isWritten = true;
    if (probes)
      void this.probing.beside(probes.programmed(since, phase.deadline).finally(() => probes.end()));
  }

  /** Backends follow one another through the pool, so that each has as many Services as the others. */
  #backendsOf({ endpoints, backends: { pods } }: ServicePhase, index: number): Backend[] {
    const { backends } = this.options.fleet;
    return Array.from({ length: endpoints }, (_, i) => backends[(index * endpoints + i) % pods]!);
  }

  #endpointsOf(
    { name: service, phase: { protocol } }: LivingService,
    backends: readonly Backend[],
  ): EndpointObject[] {
    const { namespace, lab } = this.options;
    const endpoints = lab.services === 'userspace';
    return endpointObjects({ service, namespace, protocol, backends }, { endpoints });
  }

  /** Takes a Service away with its endpoints. */
  async end(name: string): Promise<void> {
    const { client, namespace } = this.options;
    const living = this.book.get(name);
    this.book.ends(name);
    await deleteIfThere(client, SERVICES, name, namespace);
    if (living === undefined) return;
    this.book.gone(living, monotonicNs());
    for (const { resource, object } of this.#endpointsOf(living, this.options.fleet.backends)) {
      await deleteIfThere(client, resource, object.metadata.name!, namespace);
    }
  }

  /**
   * One endpoint of a Service is replaced by another, in one write. Where the Service's phase has probes it resolves when
   * they have seen it: the old one must not come back before.
   */
  async replace(living: LivingService, old: Backend, fresh: Backend): Promise<void> {
    const { client } = this.options;
    const { probes, deadline, endpoints } = living.phase;
    const set = probes && this.isTranslated ? await this.probing.begin(living, [fresh.name]) : undefined;
    // One that nobody hears before its removal says nothing by being silent after it.
    const isHeard = (await set?.see(old.name)) ?? false;
    this.book.joins(living, fresh);
    const backends = living.backends.filter((backend) => backend !== old);
    const since = monotonicNs();
    for (const { resource, object } of this.#endpointsOf(living, backends)) {
      await client.replace(resource, object);
    }
    this.book.left(living, old, monotonicNs());
    if (set === undefined) return;
    const measure = async (): Promise<void> => {
      // Where there are several, the fresh one answers when chance falls on it: that would be measured, too.
      if (endpoints === 1) await set.programmed(since, deadline);
      if (isHeard) await set.removed([old.name], since, deadline);
    };
    await this.probing.beside(measure().finally(() => set.end()));
  }

  results(): InvariantResult[] {
    return this.answers.results();
  }

  /** Waits for probes, and says what they could not do. */
  async finish(): Promise<void> {
    await this.probing.idle();
    const { skipped, late, attempts } = this.probing;
    const { warn } = this.options;
    if (skipped > 0) warn(`${skipped} changes of Services were not probed: too many others were at the time`);
    if (late > attempts / 100)
      warn(`${late} of ${attempts} attempts of probes began late: the grain was not held`);
  }
}
