import type { Family } from '../../ip/index.ts';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  isReady,
  type KubeClient,
  PODS,
  type Pod,
  SERVICES,
  type Service,
} from '../../kube/index.ts';
import type { Facts, Origin } from '../case.ts';
import type { Column } from '../column.ts';
import { uncovered } from '../uncovered.ts';
import { until } from '../until.ts';
import { MadeNamespace } from './made-namespace.ts';
import { BY_PACKETS, CLIENT, type MarkerName, SERVICE_NAMES, type ServiceName } from './names.ts';
import { BACKEND_PORT, podObjects, SERVICE_PORT, serviceObject } from './objects.ts';
import { selected } from './selected.ts';

/** A node that takes part, with its addresses. */
export interface BedNode {
  readonly name: string;
  readonly ips: readonly string[];
}

export interface BedOptions {
  readonly client: KubeClient;
  /** The client's node, and the other if there is one. */
  readonly nodes: readonly BedNode[];
  readonly facts: Facts;
  readonly progress: (step: string) => void;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const LOOPBACK: Readonly<Record<Family, string>> = { ipv4: '127.0.0.1', ipv6: '::1' };

/** Pods and Services in a namespace of their own, and how to reach them; all is gone when it is disposed of. */
export class Bed implements AsyncDisposable {
  readonly nodes: readonly BedNode[];
  readonly namespace: string;
  readonly #options: BedOptions;
  readonly #made: MadeNamespace;
  readonly #pods = new Map<string, Pod>();
  readonly #services = new Map<string, Service>();
  #slices: readonly EndpointSlice[] = [];

  private constructor(options: BedOptions, made: MadeNamespace) {
    this.#options = options;
    this.nodes = options.nodes;
    this.namespace = made.name;
    this.#made = made;
  }

  /**
   * Resolves when all pods are Ready and all EndpointSlices are complete.
   * @throws ConnectivityError not-ready; KubeError; the signal's reason
   */
  static async make(options: BedOptions): Promise<Bed> {
    const { client, nodes, limitMs, progress } = options;
    await using stack = new AsyncDisposableStack();
    const made = stack.use(await MadeNamespace.make(client, 'connectivity', limitMs));
    const bed = new Bed(options, made);
    progress(`making pods on ${nodes.map(({ name }) => name).join(' and ')}`);
    await bed.#makePods();
    progress('making Services');
    await bed.#makeServices();
    stack.move();
    return bed;
  }

  /** Place of that kind, as traffic knows it. */
  place(origin: Origin): string {
    const places: Readonly<Record<Origin, string>> = {
      pod: this.pod(CLIENT),
      'pod by packets': uncovered(this.pod(BY_PACKETS)),
      node: this.nodes[0]!.name,
      outside: 'outside',
    };
    return places[origin];
  }

  /** `namespace/name`, by which a pod is known to traffic. */
  pod(name: string): string {
    return `${this.namespace}/${name}`;
  }

  podTarget(name: string, { family }: Column): string {
    return socketText(ofFamily(podIps(this.#pods.get(name)!), family)!, BACKEND_PORT);
  }

  clusterIp(service: ServiceName | MarkerName, { family }: Column): string {
    return socketText(ofFamily(this.#services.get(service)!.spec.clusterIPs!, family)!, SERVICE_PORT);
  }

  /** A node port, at a node's own address or its loopback. */
  nodePort(service: ServiceName, at: 'near' | 'far' | 'loopback', { family, protocol }: Column): string {
    const { ports } = this.#services.get(service)!.spec;
    const port = ports!.find(({ name }) => name === protocol)!.nodePort!;
    if (at === 'loopback') return socketText(LOOPBACK[family], port);
    return socketText(ofFamily(this.nodes[at === 'near' ? 0 : 1]!.ips, family)!, port);
  }

  /** What the EndpointSlices of a Service say, as who resolves a headless Service is told. */
  endpoints(service: ServiceName, { family, protocol }: Column): string[] {
    return this.#slicesOf(service, family).flatMap(({ endpoints, ports }) => {
      const port = ports!.find(({ name }) => name === protocol)!.port!;
      return endpoints.map(({ addresses }) => socketText(addresses[0]!, port));
    });
  }

  async #makePods(): Promise<void> {
    const { client, nodes, facts, limitMs, signal } = this.#options;
    const names = nodes.map(({ name }) => name);
    const wanted = podObjects(this.namespace, names);
    await Promise.all(wanted.map((pod) => client.create(PODS, pod)));
    const ready = async (): Promise<true | undefined> => {
      const { items } = await client.list<Pod>(PODS, { namespace: this.namespace });
      for (const pod of items.filter(isReady)) this.#pods.set(pod.metadata.name!, pod);
      return this.#pods.size === wanted.length || undefined;
    };
    await until(ready, `${wanted.length} pods to be Ready`, limitMs, signal);
    for (const [name, pod] of this.#pods) {
      const missing = facts.podFamilies.find((family) => ofFamily(podIps(pod), family) === undefined);
      if (missing) throw new Error(`Pod ${name} has no ${missing} address: ${podIps(pod).join(', ')}`);
    }
  }

  async #makeServices(): Promise<void> {
    const { services } = this.#options.facts;
    // One that is headless takes nobody to implement it.
    await Promise.all(
      (services === 'none' ? (['headless'] as const) : SERVICE_NAMES).map((name) => this.#make(name)),
    );
    await this.#slicesComplete();
  }

  /**
   * Makes a marker and waits for its EndpointSlices.
   * @throws ConnectivityError not-ready; KubeError; the signal's reason
   */
  async mark(name: MarkerName): Promise<void> {
    await this.#make(name);
    await this.#slicesComplete();
  }

  async #make(name: ServiceName | MarkerName): Promise<void> {
    const { client, facts } = this.#options;
    const object = serviceObject(this.namespace, name, facts.serviceFamilies);
    this.#services.set(name, await client.create<Service>(SERVICES, object));
  }

  /** The controller has found the pods of every Service. */
  async #slicesComplete(): Promise<void> {
    const { client, facts, limitMs, signal } = this.#options;
    const pods = [...this.#pods.values()];
    const complete = async (): Promise<true | undefined> => {
      const { items } = await client.list<EndpointSlice>(ENDPOINT_SLICES, { namespace: this.namespace });
      this.#slices = items;
      const done = [...this.#services].every(([name, service]) =>
        facts.serviceFamilies.every((family) => {
          const slices = this.#slicesOf(name, family);
          const found = slices
            .flatMap(({ endpoints }) => endpoints)
            .filter(({ conditions }) => conditions?.ready);
          return slices.length > 0 && found.length === selected(service, pods).length;
        }),
      );
      return done || undefined;
    };
    await until(complete, 'EndpointSlices to be complete', limitMs, signal);
  }

  #slicesOf(service: string, family: Family): EndpointSlice[] {
    const type = family === 'ipv4' ? 'IPv4' : 'IPv6';
    return this.#slices.filter(
      ({ metadata, addressType }) =>
        metadata.labels?.['kubernetes.io/service-name'] === service && addressType === type,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#made[Symbol.asyncDispose]();
  }
}

const podIps = ({ status }: Pod): string[] => (status?.podIPs ?? []).map(({ ip }) => ip);

const ofFamily = (ips: readonly string[], family: Family): string | undefined =>
  ips.find((ip) => ip.includes(':') === (family === 'ipv6'));

const socketText = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
