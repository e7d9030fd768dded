import type { Scenario, Subject } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import { CniDriver } from './cni-driver.ts';
import type { Driver, SubjectObserver } from './driver.ts';
import { NodeDriver } from './node-driver.ts';
import { PodDriver } from './pod-driver.ts';
import { RunNamespace } from './run-namespace.ts';
import { ServiceDriver } from './service-driver.ts';

/** The drivers that the phases of a scenario need. */
export class Drivers implements AsyncDisposable {
  readonly #drivers: ReadonlyMap<Subject, Driver>;
  readonly #stack: AsyncDisposableStack;

  private constructor(drivers: ReadonlyMap<Subject, Driver>, stack: AsyncDisposableStack) {
    this.#drivers = drivers;
    this.#stack = stack;
  }

  static async open(lab: Lab, { spec }: Scenario, run: string, observer: SubjectObserver): Promise<Drivers> {
    await using stack = new AsyncDisposableStack();
    const drivers = new Map<Subject, Driver>();
    const needed = new Set(spec.phases.flatMap((phase) => (phase.kind === 'churn' ? phase.subject : [])));
    if (spec.level === 'cni') {
      drivers.set('pod', new CniDriver(lab, run, observer));
      return new Drivers(drivers, stack.move());
    }
    const { client, nodes } = lab;
    const namespace = stack.use(await RunNamespace.make(client, run)).name;
    if (needed.has('pod')) {
      drivers.set('pod', stack.use(await PodDriver.open({ client, namespace, nodes, observer })));
    }
    if (needed.has('node')) drivers.set('node', new NodeDriver({ client, run, lab: lab.spec, observer }));
    if (needed.has('service')) {
      drivers.set('service', stack.use(new ServiceDriver({ client, namespace, observer })));
    }
    return new Drivers(drivers, stack.move());
  }

  /** The driver of a kind that a phase of the scenario has. */
  of(subject: Subject): Driver {
    return this.#drivers.get(subject)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
