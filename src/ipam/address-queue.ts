import type { Ip } from '../ip/index.ts';
import type { AddressSource } from './address-source.ts';
import type { Allocation } from './host/host-allocator.ts';
import type { Owner } from './host/host-record.ts';
import type { Lease } from './host/replay.ts';
import { IpamError } from './ipam-error.ts';

export interface AddressQueueOptions {
  readonly source: AddressSource;
  /** How long an owner waits for an address, in ms; 0: it is refused at once. */
  readonly waitMs: number;
  /** Told of each owner that found no address, also of one that is refused at once. */
  readonly onShortage?: (owner: Owner, pool: string | undefined) => void;
}

interface Waiter {
  readonly owner: Owner;
  readonly served: PromiseWithResolvers<Allocation>;
  readonly deadline: NodeJS.Timeout;
}

/** Who waits for one pool. */
interface Line {
  readonly pool: string | undefined;
  readonly waiters: Set<Waiter>;
  /** Why the first one waits. */
  refusal: IpamError;
  /** Until the first cooling address may be handed out. */
  cooling: NodeJS.Timeout | undefined;
}

/**
 * Lets owners wait for an address of a source that has none left, in the order in which they came: whatever is
 * released, added, or through with its cooldown goes to the one that has waited the longest.
 */
export class AddressQueue implements Disposable {
  readonly #source: AddressSource;
  readonly #waitMs: number;
  readonly #onShortage: (owner: Owner, pool: string | undefined) => void;
  /** By pool; a line without waiters is not kept. */
  readonly #lines = new Map<string | undefined, Line>();

  constructor({ source, waitMs, onShortage = () => {} }: AddressQueueOptions) {
    this.#source = source;
    this.#waitMs = waitMs;
    this.#onShortage = onShortage;
  }

  /** How many wait. */
  get length(): number {
    return this.#lines.values().reduce((sum, { waiters }) => sum + waiters.size, 0);
  }

  /**
   * Gives the owner its addresses, at once where it can (see {@link AddressSource.allocate}). One that asks for
   * addresses by name does not wait: what it lacks is not what others release.
   * @throws IpamError, or rejects with it: the source's refusal when the wait is over.
   */
  allocate(owner: Owner, requested: readonly Ip[] = [], pool?: string): Allocation | Promise<Allocation> {
    const line = this.#lines.get(pool);
    if (line && requested.length === 0 && !this.#source.lease(owner)) {
      this.#onShortage(owner, pool);
      return this.#wait(line, owner);
    }
    try {
      return this.#source.allocate(owner, requested, pool);
    } catch (error) {
      if (!isShortage(error)) throw error;
      this.#onShortage(owner, pool);
      if (this.#waitMs === 0 || requested.length > 0) throw error;
      const fresh: Line = { pool, waiters: new Set(), refusal: error, cooling: undefined };
      this.#lines.set(pool, fresh);
      this.#refused(fresh, error);
      return this.#wait(fresh, owner);
    }
  }

  /** Takes the owner's addresses back (see {@link AddressSource.release}), and serves who waits for them. */
  async release(owner: Pick<Owner, 'containerId' | 'ifname'>): Promise<Lease | undefined> {
    try {
      return await this.#source.release(owner);
    } finally {
      this.wake();
    }
  }

  /** There may be addresses again: serves those who wait, as far as it goes. */
  wake(): void {
    for (const line of [...this.#lines.values()]) this.#serve(line);
  }

  /** Refuses all who wait. */
  [Symbol.dispose](): void {
    for (const line of [...this.#lines.values()])
      for (const waiter of line.waiters) this.#end(line, waiter).reject(line.refusal);
  }

  #wait(line: Line, owner: Owner): Promise<Allocation> {
    const served = Promise.withResolvers<Allocation>();
    const deadline = setTimeout(() => this.#end(line, waiter).reject(line.refusal), this.#waitMs);
    const waiter: Waiter = { owner, served, deadline };
    line.waiters.add(waiter);
    return served.promise;
  }

  #serve(line: Line): void {
    for (const waiter of line.waiters) {
      try {
        const allocation = this.#source.allocate(waiter.owner, [], line.pool);
        this.#end(line, waiter).resolve(allocation);
      } catch (error) {
        if (isShortage(error)) {
          this.#refused(line, error);
          return;
        }
        this.#end(line, waiter).reject(error);
      }
    }
  }

  #refused(line: Line, refusal: IpamError): void {
    line.refusal = refusal;
    clearTimeout(line.cooling);
    const { retryMs } = refusal;
    line.cooling = retryMs === undefined ? undefined : setTimeout(() => this.#serve(line), retryMs);
  }

  #end(line: Line, waiter: Waiter): PromiseWithResolvers<Allocation> {
    clearTimeout(waiter.deadline);
    line.waiters.delete(waiter);
    if (line.waiters.size === 0) {
      clearTimeout(line.cooling);
      this.#lines.delete(line.pool);
    }
    return waiter.served;
  }
}

/** Whether waiting helps. */
function isShortage(error: unknown): error is IpamError {
  return (
    error instanceof IpamError &&
    (error.code === 'pool-full' || error.code === 'pool-not-on-node' || error.code === 'cooldown')
  );
}
