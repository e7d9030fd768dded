import { type Family, Ip } from '../../../ip/index.ts';
import type { IpFamily, Service, ServicePort } from '../../objects.ts';
import { SERVICES } from '../../resources.ts';
import type { Admission, Draft } from '../registry/resource-spec.ts';
import { internalError } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import type { PortAllocator } from './port-allocator.ts';
import type { ServiceAddresses } from './service-addresses.ts';

type ServiceDraft = Draft<Service>;

export const FAMILY: Readonly<Record<IpFamily, Family>> = { IPv4: 'ipv4', IPv6: 'ipv6' };

/** True for the types that have a virtual address, unless they are headless. */
export function needsClusterIp({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.clusterIP !== 'None';
}

export function needsNodePort({ spec }: Service): boolean {
  return (
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  );
}

/**
 * Gives services their addresses and node ports, all or nothing
 * (k8s.io/kubernetes: pkg/registry/core/service/storage/alloc.go).
 */
export class ServiceAllocator {
  readonly #addresses: ServiceAddresses;
  readonly #ports: PortAllocator;

  constructor(addresses: ServiceAddresses, ports: PortAllocator) {
    this.#addresses = addresses;
    this.#ports = ports;
  }

  /** Fills in what the service needs and gives back what it no longer does. Throws 422 or 500. */
  reserve(draft: ServiceDraft, live: Service | undefined, { dryRun, now }: Admission): void {
    const undo: (() => void)[] = [];
    try {
      if (needsClusterIp(draft as Service)) this.#reserveAddresses(draft, live, undo, now);
      if (needsNodePort(draft as Service)) this.#reservePorts(draft, live, undo);
      this.#reserveHealthPort(draft, live, undo);
    } catch (error) {
      for (const step of undo) step();
      throw error;
    }
    if (dryRun) for (const step of undo) step();
    else if (live) this.#releaseUnused(draft as Service, live);
  }

  /** Gives back everything a service had. */
  release(service: Service): void {
    for (const ip of addressesOf(service)) this.#addresses.release(ip);
    for (const port of portsOf(service)) this.#ports.release(port);
  }

  #reserveAddresses(draft: ServiceDraft, live: Service | undefined, undo: (() => void)[], now: string): void {
    const { spec } = draft;
    const kept = live && needsClusterIp(live) ? (live.spec.clusterIPs ?? []) : [];
    const asked = spec.clusterIPs ?? [];
    spec.clusterIPs = (spec.ipFamilies ?? []).map((family, i) => {
      const wanted = asked[i] ?? '';
      if (wanted !== '' && kept.includes(wanted)) return wanted;
      const ip = wanted === '' ? this.#nextAddress(family) : this.#askedAddress(draft, wanted);
      this.#addresses.take(ip, draft, now);
      undo.push(() => this.#addresses.release(ip));
      return ip;
    });
    spec.clusterIP = spec.clusterIPs[0]!;
  }

  #nextAddress(family: IpFamily): string {
    const ip = this.#addresses.next(FAMILY[family]);
    if (ip === undefined) throw internalError('failed to allocate a serviceIP: range is full');
    return ip;
  }

  #askedAddress(draft: ServiceDraft, wanted: string): string {
    const ip = Ip.parse(wanted);
    const problem = this.#addresses.refusal(ip);
    if (problem === undefined) return ip.toString();
    const errors = new FieldErrors();
    errors.invalid('spec.clusterIPs', draft.spec.clusterIPs, `failed to allocate IP ${wanted}: ${problem}`);
    errors.throwIfAny(SERVICES, draft.metadata.name ?? '');
    return wanted;
  }

  #reservePorts(draft: ServiceDraft, live: Service | undefined, undo: (() => void)[]): void {
    const kept = new Set(live && needsNodePort(live) ? portsOf(live) : []);
    // One number may serve several protocols of the same service.
    const own = new Map<number, Set<string>>();
    const note = ({ nodePort, protocol = 'TCP' }: ServicePort) =>
      own.set(nodePort!, (own.get(nodePort!) ?? new Set()).add(protocol));
    const ports = draft.spec.ports ?? [];
    ports.forEach((port, i) => {
      if (!port.nodePort) return;
      const shared = own.has(port.nodePort) && !own.get(port.nodePort)!.has(port.protocol ?? 'TCP');
      if (!kept.has(port.nodePort) && !shared) {
        this.#takePort(draft, port.nodePort, `spec.ports[${i}].nodePort`);
        undo.push(() => this.#ports.release(port.nodePort!));
      }
      note(port);
    });
    for (const port of ports) {
      if (port.nodePort) continue;
      const twin = ports.find(
        (other) => other.nodePort && other.port === port.port && other.protocol !== port.protocol,
      );
      port.nodePort =
        twin && !own.get(twin.nodePort!)!.has(port.protocol ?? 'TCP') ? twin.nodePort! : this.#nextPort(undo);
      note(port);
    }
  }

  #reserveHealthPort(draft: ServiceDraft, live: Service | undefined, undo: (() => void)[]): void {
    const { spec } = draft;
    if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return;
    const before = live?.spec.healthCheckNodePort;
    if (spec.healthCheckNodePort && spec.healthCheckNodePort !== before) {
      const port = spec.healthCheckNodePort;
      this.#takePort(draft, port, 'spec.healthCheckNodePort');
      undo.push(() => this.#ports.release(port));
    }
    spec.healthCheckNodePort ??= before ?? this.#nextPort(undo);
  }

  #takePort(draft: ServiceDraft, port: number, field: string): void {
    const problem = this.#ports.take(port);
    if (problem === undefined) return;
    const errors = new FieldErrors();
    errors.invalid(field, port, problem);
    errors.throwIfAny(SERVICES, draft.metadata.name ?? '');
  }

  #nextPort(undo: (() => void)[]): number {
    const port = this.#ports.next();
    if (port === undefined) throw internalError('failed to allocate a nodePort: range is full');
    undo.push(() => this.#ports.release(port));
    return port;
  }

  #releaseUnused(service: Service, live: Service): void {
    const addresses = new Set(addressesOf(service));
    for (const ip of addressesOf(live)) if (!addresses.has(ip)) this.#addresses.release(ip);
    const ports = new Set(portsOf(service));
    for (const port of portsOf(live)) if (!ports.has(port)) this.#ports.release(port);
  }
}

function addressesOf(service: Service): readonly string[] {
  return needsClusterIp(service) ? (service.spec.clusterIPs ?? []) : [];
}

function portsOf({ spec }: Service): number[] {
  const ports = (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return spec.healthCheckNodePort ? [...ports, spec.healthCheckNodePort] : ports;
}
