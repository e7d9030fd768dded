import { setTimeout as sleep } from 'node:timers/promises';
import { failureClassOf } from '../cni/index.ts';
import { deleteIfThere, type KubeClient, SERVICES, type Service } from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { ChurnPhase, LabSpec, Planned, ServicePhase } from '../scenario/index.ts';
import type { Driver, SubjectObserver } from './driver.ts';
import type { ServicesUnderTest } from './services/index.ts';

/** A refused Service is asked for again after this long, as an operator's work queue would. */
const RETRY_MS = 500;
const PORT = 80;

export interface ServiceDriverOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly observer: SubjectObserver;
  /** Where Services have backends. */
  readonly services: ServicesUnderTest | undefined;
  readonly lab: LabSpec;
}

/** Services: ready when the API has answered with their addresses and ports, and has taken their endpoints. */
export class ServiceDriver implements Driver, AsyncDisposable {
  readonly #options: ServiceDriverOptions;
  /** Those whose end was not asked for yet. */
  readonly #wanted = new Map<string, { readonly end: AbortController; readonly asking: Promise<void> }>();

  constructor(options: ServiceDriverOptions) {
    this.#options = options;
  }

  create(planned: Planned, phase: ChurnPhase): Promise<void> {
    const { name } = planned;
    const end = new AbortController();
    const asking = this.#make(planned, phase as ServicePhase, end.signal);
    this.#wanted.set(name, { end, asking });
    return asking;
  }

  async #make({ name, index }: Planned, phase: ServicePhase, signal: AbortSignal): Promise<void> {
    const { observer, services } = this.#options;
    const made = await this.#ask(this.#object(name, phase), signal);
    if (made === undefined) return;
    const at = monotonicNs();
    if (phase.endpoints > 0) await services!.made(made, phase, index);
    observer.ready(name, at, capacityOf(made.spec));
  }

  /** Asks until there is an answer with all that was asked for; undefined when it is to end before. */
  async #ask(service: Service, signal: AbortSignal): Promise<Service | undefined> {
    const { client, observer } = this.#options;
    const name = service.metadata.name!;
    observer.asked(name, monotonicNs());
    while (!signal.aborted) {
      try {
        return await client.create<Service>(SERVICES, service);
      } catch (error) {
        const { message } = error as Error;
        observer.refused(name, { at: monotonicNs(), class: failureClassOf(error), message });
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  #object(name: string, { type, protocol, affinity, endpoints }: ServicePhase): Service {
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: this.#options.namespace },
      spec: {
        type,
        // Without backends only addresses count, and it takes one of each family that there is.
        ...(endpoints === 0 ? { ipFamilyPolicy: 'PreferDualStack' } : familiesOf(this.#options.lab)),
        ports: [{ port: PORT, protocol }],
        ...(affinity && { sessionAffinity: affinity }),
      },
    };
  }

  async remove(name: string): Promise<void> {
    const { end, asking } = this.#wanted.get(name) ?? {};
    this.#wanted.delete(name);
    end?.abort();
    // An answer that is under way would make it again.
    await asking;
    const { client, namespace, observer, services } = this.#options;
    if (services) await services.end(name);
    else await deleteIfThere(client, SERVICES, name, namespace);
    observer.gone(name, monotonicNs());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.#wanted.values()) end.abort();
    await Promise.all(this.#wanted.values().map(({ asking }) => asking));
  }
}

/** The families that pods have, which are those that can answer. */
function familiesOf({ ipFamily }: LabSpec): Pick<Service['spec'], 'ipFamilies' | 'ipFamilyPolicy'> {
  if (ipFamily === 'dual') return { ipFamilyPolicy: 'RequireDualStack' };
  return { ipFamilyPolicy: 'SingleStack', ipFamilies: [ipFamily === 'ipv6' ? 'IPv6' : 'IPv4'] };
}

/** What a Service takes of the pools: addresses of each family and node ports. */
function capacityOf({ clusterIPs = [], ports = [] }: Service['spec']): string[] {
  return [...clusterIPs, ...ports.flatMap(({ nodePort }) => (nodePort ? `port ${nodePort}` : []))];
}
