import { randomUUID } from 'node:crypto';
import { Cidr, type Family, type Ip } from '../../../ip/index.ts';
import type { Service } from '../../objects.ts';
import { IP_ADDRESSES } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import type { Draft } from '../registry/resource-spec.ts';
import type { Store } from '../storage/store.ts';
import { AddressAllocator } from './address-allocator.ts';

/** The addresses of services: prefixes from ServiceCIDR objects, allocations as IPAddress objects (KEP-1880). */
export class ServiceAddresses {
  readonly #store: Store;
  readonly #ranges: AddressAllocator[] = [];

  /** @param store of the IPAddress objects */
  constructor(store: Store) {
    this.#store = store;
  }

  /** Families with a range, the first service CIDR's family first. */
  get families(): readonly Family[] {
    return [...new Set(this.#ranges.map(({ family }) => family))];
  }

  addRange(text: string): void {
    const cidr = Cidr.parseExact(text);
    if (this.#ranges.some((range) => range.cidr.equals(cidr))) return;
    this.#ranges.push(
      new AddressAllocator(cidr, { has: (address) => this.#store.get(address) !== undefined }),
    );
  }

  removeRange(text: string): void {
    const cidr = Cidr.parseExact(text);
    const at = this.#ranges.findIndex((range) => range.cidr.equals(cidr));
    if (at >= 0) this.#ranges.splice(at, 1);
  }

  /** A free address of a family, or undefined when all its ranges are full. */
  next(family: Family): string | undefined {
    for (const range of this.#ranges) {
      const address = range.family === family ? range.next() : undefined;
      if (address !== undefined) return address;
    }
    return undefined;
  }

  /** The first address of the first range of a family. */
  first(family: Family): string | undefined {
    return this.#ranges.find((range) => range.family === family)?.first();
  }

  /** Why an address cannot be had, in kube-apiserver's words; undefined when it can. */
  refusal(address: Ip): string | undefined {
    const text = address.toString();
    if (!this.#ranges.some((range) => range.contains(address))) {
      const ranges = this.#ranges
        .filter(({ family }) => family === address.family)
        .map(({ cidr }) => cidr.toString());
      return `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${ranges.join(', ')}`;
    }
    return this.#store.get(text) ? 'provided IP is already allocated' : undefined;
  }

  take(address: string, service: Draft<Service>, now: string): void {
    const { name = '', namespace = '' } = service.metadata;
    const object: KubeObject = {
      kind: IP_ADDRESSES.kind,
      apiVersion: `${IP_ADDRESSES.group}/${IP_ADDRESSES.version}`,
      metadata: {
        name: address,
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: now,
        labels: {
          'ipaddress.kubernetes.io/ip-family': address.includes(':') ? 'IPv6' : 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { group: '', resource: 'services', namespace, name } },
    };
    this.#store.put(address, object);
  }

  release(address: string): void {
    if (this.#store.get(address)) this.#store.remove(address);
  }
}
