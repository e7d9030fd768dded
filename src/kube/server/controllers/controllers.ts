import type { KubeClient } from '../../index.ts';
import type { ControllerContext } from './controller-context.ts';
import { EndpointSliceController } from './endpoints/endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints/endpoints-controller.ts';
import { ServicePods } from './endpoints/service-pods.ts';
import { EventRecorder } from './event-recorder.ts';
import { GarbageCollector } from './garbage/garbage-collector.ts';
import { PodCollector, type PodCollectorOptions } from './garbage/pod-collector.ts';
import { NamespaceDeletion } from './namespace-deletion.ts';
import { NodeLifecycle, type NodeLifecycleOptions } from './node-lifecycle.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import { ServedResources } from './served-resources.ts';
import { SharedInformers } from './shared-informers.ts';

export interface ControllersOptions {
  /** Least time between two writes of one service's endpoints, in ms; 100 if not said. */
  readonly endpointsBatchPeriod?: number;
  /** 5 s and 50 s if not said, as in Kubernetes. */
  readonly nodeLifecycle?: NodeLifecycleOptions;
  /** 20 s, 40 s and 12,500 if not said, as in Kubernetes. */
  readonly podCollector?: PodCollectorOptions;
  /** Told of failures that will be tried again; they go nowhere if not said. */
  readonly onError?: ControllerContext['onError'];
}

/**
 * The part of kube-scheduler and kube-controller-manager that a lab needs, on any API server: scheduler, Endpoints
 * and EndpointSlices, node lifecycle, pod collection, garbage collection, namespace deletion.
 */
export class Controllers implements AsyncDisposable {
  readonly #parts = new AsyncDisposableStack();
  readonly events: EventRecorder;

  private constructor(events: EventRecorder) {
    this.events = events;
  }

  /** Resolves when every cache is full and all of them work. */
  static async start(client: KubeClient, options: ControllersOptions = {}): Promise<Controllers> {
    const events = new EventRecorder(client);
    const controllers = new Controllers(events);
    const parts = controllers.#parts;
    // Disposed of in reverse: first the controllers, then what feeds them.
    const informers = parts.use(new SharedInformers(client));
    const context = { client, informers, events, onError: options.onError ?? (() => {}) };
    const served = parts.use(new ServedResources(client, informers));
    const servicePods = new ServicePods(informers);
    const batchPeriod = options.endpointsBatchPeriod ?? 100;
    parts.use(new Scheduler(context));
    parts.use(new EndpointsController(context, servicePods, batchPeriod));
    parts.use(new EndpointSliceController(context, servicePods, batchPeriod));
    parts.use(new NamespaceDeletion(context, served));
    const garbage = parts.use(new GarbageCollector(context, served));
    const pods = parts.use(
      new PodCollector(
        context,
        options.podCollector ?? { period: 20_000, quarantine: 40_000, terminatedPods: 12_500 },
      ),
    );
    const nodes = parts.use(
      new NodeLifecycle(context, options.nodeLifecycle ?? { period: 5_000, grace: 50_000 }),
    );
    try {
      await informers.start();
    } catch (error) {
      await parts.disposeAsync();
      throw error;
    }
    for (const part of [garbage, pods, nodes]) part.start();
    return controllers;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}
