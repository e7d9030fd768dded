import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import type { ClusterPoolSpec } from './cluster-pool-config.ts';
import { type CidrSetStats, FamilyPool } from './family-pool.ts';

/** A node that had waited and now has its CIDRs. */
interface ServedNode {
  readonly node: string;
  readonly cidrs: readonly Cidr[];
}

/** What a release or a new CIDR set in motion. */
export interface PoolChange {
  /** Waiting nodes that were served, in order. */
  readonly served: readonly ServedNode[];
  /** Nodes whose objects conflicted with another's and do not any more. */
  readonly resolved: readonly string[];
}

/** CIDRs that stand in a node's object although the pool did not give them. */
interface Misfit {
  readonly listed: readonly Cidr[];
  readonly refused: readonly Cidr[];
  readonly error: IpamError;
}

/**
 * Gives each node one CIDR of every family, or none at all. A node that finds nothing waits, and whatever
 * becomes free goes to the node that has waited the longest: nobody overtakes. Pure; the caller makes decisions
 * known, and after a restart calls occupy() for all nodes that have CIDRs before it allocates any.
 */
export class ClusterPool {
  readonly #families: readonly FamilyPool[];
  readonly #held = new Map<string, readonly Cidr[]>();
  readonly #waiting = new Set<string>();
  readonly #misfits = new Map<string, Misfit>();

  constructor(spec: ClusterPoolSpec) {
    this.#families = spec.families.map((family) => new FamilyPool(family));
  }

  /** Nodes without CIDRs, the one that has waited the longest first. */
  get waiting(): readonly string[] {
    return [...this.#waiting];
  }

  isWaiting(node: string): boolean {
    return this.#waiting.has(node);
  }

  /** What the node was given, IPv4 first. */
  cidrsOf(node: string): readonly Cidr[] {
    return this.#held.get(node) ?? [];
  }

  /** Why the CIDRs in the node's object were refused, if they were. */
  conflictOf(node: string): IpamError | undefined {
    return this.#misfits.get(node)?.error;
  }

  /**
   * Takes the CIDRs that stand in a node's object. Those that can be taken are, and those that cannot are kept
   * from other nodes as long as they stand there.
   * @throws IpamError that tells all that is wrong, with the code of the first: `no-allocator`, `cidr-outside`,
   * `cidr-mask`, `cidr-taken`, or `cidr-conflict` when the node was given other ones.
   */
  occupy(node: string, listed: readonly Cidr[]): void {
    const held = this.cidrsOf(node);
    const fresh = listed.filter((cidr) => !held.some((own) => own.equals(cidr)));
    const taken: Cidr[] = [];
    const refused: Cidr[] = [];
    const errors: IpamError[] = [];
    for (const cidr of fresh) {
      try {
        this.#occupyOne(cidr, held);
        taken.push(cidr);
      } catch (error) {
        if (!(error instanceof IpamError)) throw error;
        refused.push(cidr);
        errors.push(error);
      }
    }
    if (taken.length > 0) this.#held.set(node, [...held, ...taken].sort(Cidr.compare));
    this.#misfits.delete(node);
    const [first] = errors;
    if (first !== undefined) {
      const error = new IpamError(first.code, errors.map(({ message }) => message).join('; '));
      this.#misfits.set(node, { listed, refused, error });
      throw error;
    }
  }

  /**
   * The node's CIDRs: those it has, and one of each family that it lacks.
   * @throws IpamError `node-cidr-full`: the node waits from now on; or the error of occupy() while it stands.
   */
  allocateNode(node: string): readonly Cidr[] {
    const conflict = this.conflictOf(node);
    if (conflict) throw conflict;
    const others = this.#waiting.size > 0 && !this.#waiting.has(node);
    const cidrs = others && this.#missing(node).length > 0 ? undefined : this.#allocate(node);
    if (cidrs === undefined) {
      this.#waiting.add(node);
      throw new IpamError(
        'node-cidr-full',
        'CIDR allocation failed; there are no remaining CIDRs left to allocate',
      );
    }
    this.#waiting.delete(node);
    return cidrs;
  }

  /** Forgets the node and its CIDRs, and serves those who wait. */
  releaseNode(node: string): PoolChange {
    for (const cidr of this.cidrsOf(node)) this.#familyOf(cidr)?.release(cidr);
    this.#held.delete(node);
    this.#waiting.delete(node);
    this.#misfits.delete(node);
    return this.settle();
  }

  /** Adds a CIDR behind the others of its family. @throws IpamError `no-allocator`, `cidr-mask`, `cidr-collision` */
  grow(cidr: Cidr): PoolChange {
    const family = this.#familyOf(cidr);
    if (family === undefined) throw noAllocator(cidr);
    if (cidr.prefix > family.maskSize) {
      throw new IpamError('cidr-mask', `Expected a CIDR that holds a /${family.maskSize}, got ${cidr}`);
    }
    family.grow(cidr);
    return this.settle();
  }

  /**
   * Looks again at conflicts, then serves those who wait. releaseNode() and grow() end with it; call it when
   * occupy() may have ended a conflict.
   */
  settle(): PoolChange {
    const resolved = [...this.#misfits]
      .filter(([node, { listed }]) => this.#retry(node, listed))
      .map(([node]) => node);
    const served: ServedNode[] = [];
    for (const node of this.#waiting) {
      const cidrs = this.#allocate(node);
      if (cidrs === undefined) break;
      this.#waiting.delete(node);
      served.push({ node, cidrs });
    }
    return { served, resolved };
  }

  /** Fill of each configured CIDR, in their order. */
  stats(): CidrSetStats[] {
    return this.#families.flatMap((family) => family.stats());
  }

  #occupyOne(cidr: Cidr, held: readonly Cidr[]): void {
    const family = this.#familyOf(cidr);
    if (family === undefined) throw noAllocator(cidr);
    const other = held.filter((own) => own.family === cidr.family);
    if (other.length > 0) {
      const message = `node has CIDRs allocated (${other.join(', ')}) that conflict with requested CIDRs ${cidr}`;
      throw new IpamError('cidr-conflict', message);
    }
    family.occupy(cidr);
  }

  #missing(node: string): FamilyPool[] {
    const held = this.cidrsOf(node);
    return this.#families.filter(({ family }) => !held.some((cidr) => cidr.family === family));
  }

  /** One CIDR of each missing family, or undefined and everything as it was. */
  #allocate(node: string): readonly Cidr[] | undefined {
    const fresh: Cidr[] = [];
    const inUse = Array.from(this.#misfits.values(), ({ refused }) => refused).flat();
    for (const family of this.#missing(node)) {
      const cidr = family.allocateNext(inUse);
      if (cidr === undefined) {
        for (const done of fresh) this.#familyOf(done)?.release(done);
        return undefined;
      }
      fresh.push(cidr);
    }
    const cidrs = [...this.cidrsOf(node), ...fresh].sort(Cidr.compare);
    this.#held.set(node, cidrs);
    return cidrs;
  }

  #retry(node: string, listed: readonly Cidr[]): boolean {
    try {
      this.occupy(node, listed);
      return true;
    } catch (error) {
      if (error instanceof IpamError) return false;
      throw error;
    }
  }

  #familyOf(cidr: Cidr): FamilyPool | undefined {
    return this.#families.find(({ family }) => family === cidr.family);
  }
}

function noAllocator(cidr: Cidr): IpamError {
  const message = `unable to allocate CIDR ${cidr} since allocator for ${cidr.family} addresses does not exist`;
  return new IpamError('no-allocator', message);
}
