import { Cidr } from '../../src/ip/index.ts';
import { IpamError, RangeAllocator } from '../../src/ipam/index.ts';
import type { Answer } from './oracle.ts';
import { cluster, type Place, placed, type Room } from './rooms.ts';

/** What test/oracle/cidrset/main.go reads. */
export type Operation =
  | {
      readonly op: 'start';
      readonly clusterCIDRs: readonly string[];
      readonly masks: readonly number[];
      readonly serviceCIDRs: readonly string[];
      readonly nodes: readonly { readonly name: string; readonly podCIDRs: readonly string[] }[];
    }
  | {
      readonly op: 'sync';
      readonly name: string;
      readonly podCIDRs: readonly string[];
      readonly patch: Patch;
    }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'set'; readonly cidr: string; readonly mask: number }
  | { readonly op: 'next' }
  | { readonly op: 'occupy' | 'release'; readonly cidr: string };

export type Patch = 'ok' | 'timeout' | 'refused';

/** Nodes as the API has them, our allocator, and what the oracle is to be asked. */
export class RangeController {
  readonly operations: Operation[] = [];
  readonly expected: Answer[] = [];
  readonly #objects = new Map<string, readonly string[]>();
  readonly #services: readonly string[];
  #rooms: readonly { readonly cidr: Cidr; readonly maskSize: number }[] = [];
  #range!: RangeAllocator;

  constructor(rooms: readonly Room[], services: readonly Place[]) {
    this.#setRooms(rooms, 0);
    this.#services = services.map((one, i) => placed(this.#rooms[i % rooms.length]!.cidr, one));
  }

  get rooms(): readonly Cidr[] {
    return this.#rooms.map(({ cidr }) => cidr);
  }

  get nodes(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** False when the controller does not come up: one of the nodes has what its CIDRs do not hold. */
  start(): boolean {
    const nodes = Array.from(this.#objects, ([name, podCIDRs]) => ({ name, podCIDRs }));
    this.operations.push({
      op: 'start',
      clusterCIDRs: this.#rooms.map(({ cidr }) => cidr.toString()),
      masks: this.#rooms.map(({ maskSize }) => maskSize),
      serviceCIDRs: this.#services,
      nodes,
    });
    const serviceCidrs = this.#services.map((text) => Cidr.parseExact(text));
    this.#range = new RangeAllocator({ clusterCidrs: this.#rooms, serviceCidrs, warnings: [] });
    for (const { name, podCIDRs } of nodes) {
      if (podCIDRs.length > 0 && !this.#occupy(name, podCIDRs)) return false;
    }
    this.expected.push({});
    return true;
  }

  /** A start with cluster CIDRs one bit wider. */
  grow(rooms: readonly Room[]): boolean {
    this.#setRooms(rooms, 1);
    return this.start();
  }

  sync(name: string, patch: Patch, listed: readonly string[] = this.#objects.get(name) ?? []): void {
    this.operations.push({ op: 'sync', name, podCIDRs: listed, patch });
    this.#objects.set(name, listed);
    if (listed.length > 0) {
      if (this.#occupy(name, listed)) this.expected.push({ cidrs: listed });
      return;
    }
    try {
      const cidrs = this.#range.allocate({ name, labels: {} }).map(String);
      if (patch === 'ok') {
        this.#objects.set(name, cidrs);
        this.expected.push({ cidrs });
      } else {
        this.#range.release(name);
        this.expected.push({ error: patch });
      }
    } catch (error) {
      this.#refused(error);
    }
  }

  delete(name: string): void {
    if (!this.#objects.delete(name)) return;
    this.operations.push({ op: 'delete', name });
    this.#range.release(name);
    this.expected.push({});
  }

  #setRooms(rooms: readonly Room[], wider: number): void {
    this.#rooms = rooms.map((one) => ({
      cidr: cluster({ ...one, prefix: one.prefix - wider }),
      maskSize: Math.min(one.prefix + one.bits, one.base.includes(':') ? 128 : 32),
    }));
  }

  #occupy(name: string, listed: readonly string[]): boolean {
    try {
      const cidrs = listed.map((text) => Cidr.parseExact(text));
      this.#range.occupy({ name, labels: {} }, cidrs);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof IpamError)) throw error;
    this.expected.push({ error: error.message });
  }
}
