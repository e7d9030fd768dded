import type { Cidr } from '../../ip/index.ts';
import { CidrSet } from '../cidr-set.ts';
import { IpamError } from '../ipam-error.ts';
import type { NodeAllocator, NodeCidrFill, NodeRequest } from '../node-allocator.ts';
import { NODE_CIDR_FULL } from '../node-cidr-full.ts';
import type { RangeSpec } from './range-config.ts';

/**
 * Decides as the RangeAllocator of kube-controller-manager 1.34 (pkg/controller/nodeipam/ipam/range_allocator.go):
 * one piece of each cluster CIDR for a node, the search going on where the last one ended. What is known about it
 * is kept, too: nobody waits in order, two nodes whose objects list the same CIDR both have it, the first of them
 * that leaves frees it, and a node that finds a piece in the first cluster CIDR but none in the second leaves the
 * first one taken, again at every try, until a restart.
 */
export class RangeAllocator implements NodeAllocator {
  readonly #sets: readonly CidrSet[];
  /** What stands in the nodes' objects. */
  readonly #written = new Map<string, readonly Cidr[]>();

  constructor({ clusterCidrs, serviceCidrs }: RangeSpec) {
    this.#sets = clusterCidrs.map(({ cidr, maskSize }) => new CidrSet(cidr, maskSize));
    for (const set of this.#sets) for (const service of serviceCidrs) set.occupyOverlapping(service);
  }

  /**
   * Takes the CIDRs of a node's object, the first in the first cluster CIDR, the second in the second. They may have
   * any size, and be taken: whatever overlaps them is then given to nobody. The controller does so at its start, where
   * an error ends it, and whenever it sees the node.
   * @throws IpamError `cidr-outside`; the CIDRs listed before the one it is about are taken.
   */
  occupy({ name }: NodeRequest, listed: readonly Cidr[]): void {
    this.#written.set(name, listed);
    for (const [idx, cidr] of listed.entries()) {
      const set = this.#sets[idx];
      if (set === undefined) throw new IpamError('cidr-outside', noSuchIndex(name, cidr, idx));
      if (!set.cidr.overlaps(cidr)) {
        const reason = `cidr ${cidr} is out the range of cluster cidr ${set.cidr}`;
        const message = `failed to mark cidr[${cidr}] at idx [${idx}] as occupied for node: ${name}: ${reason}`;
        throw new IpamError('cidr-outside', message);
      }
      set.occupyOverlapping(cidr);
    }
  }

  /** @throws IpamError `node-cidr-full`; pieces of the cluster CIDRs before the full one are lost then. */
  allocate({ name }: NodeRequest): readonly Cidr[] {
    const known = this.cidrsOf(name);
    if (known.length > 0) return known;
    const cidrs = this.#sets.map((set, idx) => {
      const cidr = set.allocateNext();
      if (cidr !== undefined) return cidr;
      const message = `failed to allocate cidr from cluster cidr at idx:${idx}: ${NODE_CIDR_FULL}`;
      throw new IpamError('node-cidr-full', message);
    });
    this.#written.set(name, cidrs);
    return cidrs;
  }

  /**
   * Frees what overlaps the node's CIDRs, up to the first that lies in no cluster CIDR. The controller does so when the
   * node is gone, and when it could not write what allocate() gave, three times: also after a timeout, when the server
   * may have written it. (Its source means to keep the CIDRs then, but the wrapped error is not recognised.)
   */
  release(name: string): void {
    for (const [idx, cidr] of this.cidrsOf(name).entries()) {
      const set = this.#sets[idx];
      if (!set?.cidr.overlaps(cidr)) break;
      set.releaseOverlapping(cidr);
    }
    this.#written.delete(name);
  }

  cidrsOf(name: string): readonly Cidr[] {
    return this.#written.get(name) ?? [];
  }

  fill(): readonly NodeCidrFill[] {
    return this.#sets.map(({ cidr, size, used }) => ({ pool: 'default', cidr, capacity: size, used }));
  }
}

function noSuchIndex(node: string, cidr: Cidr, idx: number): string {
  return `node:${node} has an allocated cidr: ${cidr} at index:${idx} that does not exist in cluster cidrs configuration`;
}
