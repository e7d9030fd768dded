import { type Cidr, type Ip, usableRange, usableSize } from '../../ip/index.ts';
import { type Index, IndexSet, toIndex } from '../index-set.ts';

/** One CIDR of a node. A place in it is taken when its address is reserved, leased, or resting. */
export class AddressRange {
  readonly cidr: Cidr;
  /** Addresses that pods can have; 2^53 - 1 stands for that many and more. */
  readonly capacity: number;
  /** Addresses held by a lease. */
  used = 0;
  readonly #taken: IndexSet;
  /** Addresses that pods can have and that are not taken: most of the life of a busy node there are none. */
  #left: number;
  /** Number of reserved places at the start: the network address, or none. */
  readonly #first: number;
  /** First place behind the last usable one. */
  readonly #end: Index;

  constructor(cidr: Cidr) {
    const { first, last } = usableRange(cidr);
    this.cidr = cidr;
    this.capacity = Math.min(Number(usableSize(cidr)), Number.MAX_SAFE_INTEGER);
    this.#taken = new IndexSet(cidr.size);
    this.#left = this.capacity;
    this.#first = Number(first);
    this.#end = toIndex(last + 1n);
  }

  /** Whether a pod can have this address. */
  isUsable(ip: Ip): boolean {
    if (!this.cidr.contains(ip)) return false;
    const place = this.#place(ip);
    return place >= this.#first && place < this.#end;
  }

  /** Takes the first free place at or after `from`; undefined when there is none. */
  takeNext(from: number): number | undefined {
    if (this.#left === 0) return undefined;
    const found = this.#taken.nextFree(Math.max(from, this.#first));
    if (found === undefined || found >= this.#end) return undefined;
    this.#taken.add(found);
    this.#left--;
    return found;
  }

  /** Takes this address; false when it is taken. */
  take(ip: Ip): boolean {
    if (!this.#taken.add(this.#place(ip))) return false;
    if (this.isUsable(ip)) this.#left--;
    return true;
  }

  /** Takes an address that is known to be leased, whatever it is. */
  lease(ip: Ip): void {
    if (this.take(ip)) this.used++;
  }

  /** False when the address was free. */
  free(ip: Ip): boolean {
    if (!this.#taken.delete(this.#place(ip))) return false;
    if (this.isUsable(ip)) this.#left++;
    return true;
  }

  #place(ip: Ip): Index {
    const [at, first] = [ip.number, this.cidr.network.number];
    if (typeof at === 'number' && typeof first === 'number') return at - first;
    return toIndex(ip.value - this.cidr.network.value);
  }
}
