import { NODES, type Node } from '../kube/index.ts';
import type { Recorder } from '../measure/index.ts';
import {
  answeringPhases,
  needsAnswers,
  podTrafficPhases,
  type Scenario,
  type Subject,
} from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { Traffic } from '../traffic/index.ts';
import { CniDriver } from './cni-driver.ts';
import type { Driver, SubjectObserver } from './driver.ts';
import { NodeDriver } from './node-driver.ts';
import { PodDriver, type PodDriverOptions } from './pod-driver.ts';
import { RunNamespace } from './run-namespace.ts';
import { ServiceDriver } from './service-driver.ts';
import { Fleet, ServicesUnderTest } from './services/index.ts';
import { ShardedPodDriver } from './shards/sharded-pod-driver.ts';

export interface DriversOptions {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly observer: SubjectObserver;
  readonly recorder: Recorder;
  /** Needed where something answers. */
  readonly traffic: Traffic | undefined;
  readonly warn: (text: string) => void;
  readonly signal: AbortSignal;
  /** Pods of a Job that start and end the run's pods; 1: this process does. */
  readonly shards: number;
}

/** The drivers that the phases of a scenario need. */
export class Drivers implements AsyncDisposable {
  readonly #drivers: ReadonlyMap<Subject, Driver>;
  readonly #stack: AsyncDisposableStack;
  /** Where something answers. */
  readonly services: ServicesUnderTest | undefined;

  private constructor(
    drivers: ReadonlyMap<Subject, Driver>,
    stack: AsyncDisposableStack,
    services?: ServicesUnderTest,
  ) {
    this.#drivers = drivers;
    this.services = services;
    this.#stack = stack;
  }

  /** @param run what the run's objects are called after */
  static async open(run: string, options: DriversOptions): Promise<Drivers> {
    const { lab, observer } = options;
    const { spec } = options.scenario;
    await using stack = new AsyncDisposableStack();
    const drivers = new Map<Subject, Driver>();
    const needed = new Set(spec.phases.flatMap((phase) => (phase.kind === 'churn' ? phase.subject : [])));
    if (spec.level === 'cni') {
      const { sandboxes, nodes, substrate } = lab;
      if (!sandboxes)
        throw new Error(`Expected level pod on ${substrate}, where the kubelet calls the plugin`);
      drivers.set('pod', new CniDriver(sandboxes, nodes, run, observer));
      return new Drivers(drivers, stack.move());
    }
    const { client, nodes, pods, belonging } = lab;
    const namespace = stack.use(await RunNamespace.make(client, run, belonging)).name;
    await pods.namespaceReady(namespace);
    if (needed.has('pod')) {
      drivers.set('pod', stack.use(await podDriver({ client, namespace, nodes, pods, observer }, options)));
    }
    if (needed.has('node')) drivers.set('node', new NodeDriver({ client, run, lab: lab.spec, observer }));
    const services = await servicesUnderTest(namespace, options, stack);
    if (!needed.has('service')) return new Drivers(drivers, stack.move(), services);
    const own = { client, namespace, observer, services, lab: lab.spec };
    drivers.set('service', stack.use(new ServiceDriver(own)));
    return new Drivers(drivers, stack.move(), services);
  }

  /** The driver of a kind that a phase of the scenario has. */
  of(subject: Subject): Driver {
    return this.#drivers.get(subject)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** @throws Error where a lab has no place for shards */
async function podDriver(
  own: PodDriverOptions,
  { lab, scenario, shards }: DriversOptions,
): Promise<PodDriver | ShardedPodDriver> {
  if (shards === 1) return await PodDriver.open(own);
  if (lab.inPods === undefined) throw new Error(`Expected a lab with an image of ours for ${shards} shards`);
  const { seed } = scenario.spec;
  return await ShardedPodDriver.open({ ...own, seed, shards, inPods: lab.inPods });
}

/** Makes the pods that answer; undefined where nothing is dialled. */
async function servicesUnderTest(
  namespace: string,
  { lab, scenario, recorder, traffic, warn, signal }: DriversOptions,
  stack: AsyncDisposableStack,
): Promise<ServicesUnderTest | undefined> {
  const phases = answeringPhases(scenario.spec);
  if (!needsAnswers(scenario.spec) || traffic === undefined) return undefined;
  const { client, nodes, pods } = lab;
  // Nodes get them in turn: for pods that are dialled for themselves there is one on each.
  const own = podTrafficPhases(scenario.spec).length > 0 ? nodes.length : 0;
  const backends = Math.max(own, ...phases.map((phase) => phase.backends.pods));
  const fleet = stack.use(await Fleet.make({ client, namespace, nodes, pods, backends, signal }));
  const nodeIps = await Promise.all(
    nodes.map(async (name) => {
      const { status } = await client.get<Node>(NODES, name);
      return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
    }),
  );
  const graceNs = Math.max(0, ...phases.map(({ deadline }) => deadline));
  return new ServicesUnderTest({
    ...{ client, namespace, lab: lab.spec, traffic, fleet, nodeIps, recorder, graceNs, warn },
  });
}
