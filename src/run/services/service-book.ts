import type { ServicePhase } from '../../scenario/index.ts';
import { Membership } from '../../traffic/index.ts';
import { BACKEND_PORT, type Backend } from './fleet.ts';

/** A Service with backends that is there. */
export interface LivingService {
  readonly name: string;
  readonly phase: ServicePhase;
  /** Cluster addresses with port, as they are dialled. */
  readonly addresses: readonly string[];
  /** The same port on every node, if it has one. */
  readonly nodePorts: readonly string[];
  backends: readonly Backend[];
  /** Whether the API has its endpoints. */
  isWritten: boolean;
}

/** Which Services with backends there are, and who belonged where when: what the run itself wrote to the API. */
export class ServiceBook {
  readonly membership = new Membership();
  /** In the order in which they were made. */
  readonly #living = new Map<string, LivingService>();
  /** Of those whose end somebody waits for. */
  readonly #ends = new Map<string, AbortController>();

  /** Each backend answers on its own addresses, too. */
  constructor(backends: readonly Backend[]) {
    for (const backend of backends) {
      for (const address of directAddresses(backend)) this.membership.add(address, backend.name);
    }
  }

  get living(): readonly LivingService[] {
    return [...this.#living.values()];
  }

  get(name: string): LivingService | undefined {
    return this.#living.get(name);
  }

  /** To be told before its endpoints are written: from then on they may answer. */
  add(service: LivingService): void {
    this.#living.set(service.name, service);
    for (const { name } of service.backends) this.#each(service, (to) => this.membership.add(to, name));
  }

  /** To be told before the change is written. */
  joins(service: LivingService, backend: Backend): void {
    service.backends = [...service.backends, backend];
    this.#each(service, (to) => this.membership.add(to, backend.name));
  }

  /** To be told once its removal was accepted. */
  left(service: LivingService, backend: Backend, at: number): void {
    service.backends = service.backends.filter(({ name }) => name !== backend.name);
    this.#each(service, (to) => this.membership.remove(to, backend.name, at));
  }

  /** Its end is asked for: nothing dials it any more. */
  ends(name: string): void {
    this.#living.delete(name);
    this.#ends.get(name)?.abort();
    this.#ends.delete(name);
  }

  /** Fires when the end of a Service that is there is asked for. */
  endOf({ name }: LivingService): AbortSignal {
    const end = this.#ends.get(name) ?? new AbortController();
    this.#ends.set(name, end);
    return end.signal;
  }

  /** It is gone from the API. */
  gone(service: LivingService, at: number): void {
    for (const backend of service.backends) this.left(service, backend, at);
  }

  #each({ addresses, nodePorts }: LivingService, work: (to: string) => void): void {
    for (const to of [...addresses, ...nodePorts]) work(to);
  }
}

/** Where a backend is dialled without a Service. */
export function directAddresses({ ips }: Backend): string[] {
  return ips.map((ip) => withPort(ip, BACKEND_PORT));
}

export function withPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
