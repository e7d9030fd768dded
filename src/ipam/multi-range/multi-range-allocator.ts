import type { Cidr } from '../../ip/index.ts';
import type { CidrSet } from '../cidr-set.ts';
import { IpamError } from '../ipam-error.ts';
import type { NodeAllocator, NodeCidrFill, NodeRequest } from '../node-allocator.ts';
import { ClusterCidr, type ClusterCidrSpec } from './cluster-cidr.ts';

interface Known {
  /** As last seen: selectors are matched again when the node leaves. */
  readonly node: NodeRequest;
  readonly cidrs: readonly Cidr[];
}

export interface MultiRangeSpec {
  readonly clusterCidrs: readonly ClusterCidrSpec[];
  /** What Services have. Kept from nodes in these ClusterCIDRs; those added later do not know of it. */
  readonly serviceCidrs: readonly Cidr[];
}

/**
 * Decides as the MultiCIDRRangeAllocator of kube-controller-manager 1.25 to 1.28
 * (pkg/controller/nodeipam/ipam/multi_cidr_range_allocator.go): a node gets its CIDRs, one of each family, from the
 * first ClusterCIDR that selects it and has room. What is known about it is kept: a ClusterCIDR that has IPv4 left but
 * no IPv6 loses a piece of the former at every try, and a node whose labels no longer match leaves its CIDRs behind.
 * Three things are as its design says, not as its code does: a ClusterCIDR without a selector is not allocated from any
 * more once it is deleted; a start accepts nodes of a deleted ClusterCIDR; one of a single family does not end the
 * process when it meets an address of the other.
 */
export class MultiRangeAllocator implements NodeAllocator {
  readonly #clusterCidrs = new Map<string, ClusterCidr>();
  readonly #known = new Map<string, Known>();

  /** @throws IpamError `config-invalid` */
  constructor({ clusterCidrs, serviceCidrs }: MultiRangeSpec) {
    for (const spec of clusterCidrs) this.addClusterCidr(spec);
    for (const { sets } of this.#clusterCidrs.values()) {
      for (const set of sets) for (const service of serviceCidrs) set.occupyOverlapping(service);
    }
  }

  /** Those there are, deleted ones that wait for their nodes included. */
  get clusterCidrs(): Iterable<Pick<ClusterCidr, 'name' | 'terminating'>> {
    return this.#clusterCidrs.values();
  }

  /** They may overlap: no address is given twice. @throws IpamError `config-invalid` */
  addClusterCidr(spec: ClusterCidrSpec): void {
    if (this.#clusterCidrs.has(spec.name)) {
      throw new IpamError('config-invalid', `ClusterCIDR ${spec.name} exists`);
    }
    this.#clusterCidrs.set(spec.name, new ClusterCidr(spec));
  }

  /**
   * Allocates nothing from it any more, and forgets it if no node has CIDRs of it. Otherwise the nodes that must leave
   * first are returned: ask again when they have, and keep the object's finalizer until then.
   */
  removeClusterCidr(name: string): readonly string[] {
    const found = this.#clusterCidrs.get(name);
    if (found === undefined) return [];
    found.terminating = true;
    if (found.nodes.size === 0) this.#clusterCidrs.delete(name);
    return [...found.nodes];
  }

  /**
   * Takes the CIDRs of a node's object in the first ClusterCIDR that selects the node and holds them all; they may be
   * taken. To be called whenever the node is seen: its labels may have changed.
   * @throws IpamError `cidr-outside`
   */
  occupy(node: NodeRequest, listed: readonly Cidr[]): void {
    this.#known.set(node.name, { node, cidrs: listed });
    if (listed.length === 0) return;
    for (const clusterCidr of this.#selecting(node, { terminating: true })) {
      if (!occupyIn(clusterCidr, listed)) continue;
      clusterCidr.nodes.add(node.name);
      return;
    }
    const message = `could not occupy cidrs: [${listed.join(' ')}], No matching ClusterCIDRs found`;
    throw new IpamError('cidr-outside', message);
  }

  /** @throws IpamError `node-cidr-full`; see above for what is lost then. */
  allocate(node: NodeRequest): readonly Cidr[] {
    const held = this.cidrsOf(node.name);
    if (held.length > 0) return held;
    const candidates = this.#selecting(node, { terminating: false });
    for (const clusterCidr of candidates) {
      const cidrs = this.#allocateFrom(clusterCidr);
      if (cidrs === undefined) continue;
      clusterCidr.nodes.add(node.name);
      this.#known.set(node.name, { node, cidrs });
      return cidrs;
    }
    const names = candidates.map(({ name }) => name).join(', ');
    const reason = names === '' ? 'no ClusterCIDR selects it' : `no available CIDRs in ${names}`;
    throw new IpamError('node-cidr-full', `failed to get cidrs for node ${node.name}: ${reason}`);
  }

  /** Frees the node's CIDRs where its labels, as last seen, find them. */
  release(name: string): void {
    const known = this.#known.get(name);
    this.#known.delete(name);
    if (known === undefined) return;
    const holder = this.#selecting(known.node, { terminating: true }).find(({ nodes }) => nodes.has(name));
    if (holder === undefined) return;
    for (const cidr of known.cidrs) holder.setOf(cidr)?.releaseOverlapping(cidr);
    holder.nodes.delete(name);
  }

  cidrsOf(name: string): readonly Cidr[] {
    return this.#known.get(name)?.cidrs ?? [];
  }

  fill(): readonly NodeCidrFill[] {
    return [...this.#clusterCidrs.values()].flatMap(({ name, sets }) =>
      sets.map(({ cidr, size, used }) => ({ pool: name, cidr, capacity: size, used })),
    );
  }

  /** In the order in which they are tried: those whose selector matches, then those without one, the eldest first. */
  #selecting({ labels }: NodeRequest, { terminating }: { terminating: boolean }): ClusterCidr[] {
    const all = [...this.#clusterCidrs.values()].filter((one) => terminating || !one.terminating);
    const matching = all.filter(({ selector }) => selector.matches(labels)).sort(ClusterCidr.compare);
    return [...matching, ...all.filter(({ isDefault }) => isDefault)];
  }

  /** One piece of each family; what was taken of one stays so when the other has none. */
  #allocateFrom({ sets }: ClusterCidr): readonly Cidr[] | undefined {
    const cidrs: Cidr[] = [];
    for (const set of sets) {
      const piece = this.#take(set);
      if (piece === undefined) return undefined;
      cidrs.push(piece);
    }
    return cidrs;
  }

  /** The next piece that overlaps nothing taken in any ClusterCIDR. One round, counted as upstream counts. */
  #take(set: CidrSet): Cidr | undefined {
    for (let evaluated = 0; evaluated < set.size; evaluated++) {
      const candidate = set.nextCandidate();
      if (candidate === undefined) return undefined;
      const { piece, passed } = candidate;
      evaluated += passed;
      if (this.#isTaken(piece)) continue;
      set.occupy(piece);
      return piece;
    }
    return undefined;
  }

  #isTaken(piece: Cidr): boolean {
    for (const clusterCidr of this.#clusterCidrs.values()) {
      if (clusterCidr.setOf(piece)?.hasTakenIn(piece)) return true;
    }
    return false;
  }
}

/** False when one of them is elsewhere; those before it are taken all the same. */
function occupyIn(clusterCidr: ClusterCidr, listed: readonly Cidr[]): boolean {
  for (const cidr of listed) {
    const set = clusterCidr.setOf(cidr);
    if (!set?.cidr.overlaps(cidr)) return false;
    set.occupyOverlapping(cidr);
  }
  return true;
}
