import { setTimeout as sleep } from 'node:timers/promises';
import { failureClassOf } from '../cni/index.ts';
import { isReason, type KubeClient, SERVICES, type Service } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { ChurnPhase, Planned, ServicePhase } from '../scenario/index.ts';
import type { Driver, SubjectObserver } from './driver.ts';

/** A refused Service is asked for again after this long, as an operator's work queue would. */
const RETRY_MS = 500;
const PORT = 80;

export interface ServiceDriverOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly observer: SubjectObserver;
}

/** Services: ready when the API has answered with their addresses and ports. */
export class ServiceDriver implements Driver, AsyncDisposable {
  readonly #options: ServiceDriverOptions;
  /** Those whose end was not asked for yet. */
  readonly #wanted = new Map<string, { readonly end: AbortController; readonly asking: Promise<void> }>();

  constructor(options: ServiceDriverOptions) {
    this.#options = options;
  }

  create({ name }: Planned, phase: ChurnPhase): Promise<void> {
    const end = new AbortController();
    const asking = this.#ask(this.#object(name, phase as ServicePhase), end.signal);
    this.#wanted.set(name, { end, asking });
    return asking;
  }

  /** Asks until there is an answer with all that was asked for. */
  async #ask(service: Service, signal: AbortSignal): Promise<void> {
    const { client, observer } = this.#options;
    const name = service.metadata.name!;
    observer.asked(name, monotonicNs());
    while (!signal.aborted) {
      try {
        const { spec } = await client.create<Service>(SERVICES, service);
        observer.ready(name, monotonicNs(), capacityOf(spec));
        return;
      } catch (error) {
        const { message } = error as Error;
        observer.refused(name, { at: monotonicNs(), class: failureClassOf(error), message });
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #object(name: string, { type, protocol }: ServicePhase): Service {
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: this.#options.namespace },
      spec: { type, ipFamilyPolicy: 'PreferDualStack', ports: [{ port: PORT, protocol }] },
    };
  }

  async remove(name: string): Promise<void> {
    const { end, asking } = this.#wanted.get(name) ?? {};
    this.#wanted.delete(name);
    end?.abort();
    // An answer that is under way would make it again.
    await asking;
    const { client, namespace, observer } = this.#options;
    try {
      await client.delete(SERVICES, name, namespace);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
    observer.gone(name, monotonicNs());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.#wanted.values()) end.abort();
    await Promise.all(this.#wanted.values().map(({ asking }) => asking));
  }
}

/** What a Service takes of the pools: addresses of each family and node ports. */
function capacityOf({ clusterIPs = [], ports = [] }: Service['spec']): string[] {
  return [...clusterIPs, ...ports.flatMap(({ nodePort }) => (nodePort ? `port ${nodePort}` : []))];
}
