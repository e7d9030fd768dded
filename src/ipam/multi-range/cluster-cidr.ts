import { Cidr, type Family, familyBits } from '../../ip/index.ts';
import { CidrSet } from '../cidr-set.ts';
import { IpamError } from '../ipam-error.ts';
import { exceedsIpv6Limit, IPV6_MASK_DIFFERENCE } from '../ipv6-mask-limit.ts';
import { compareText, NodeSelector, type NodeSelectorTerms } from './node-selector.ts';

/** minPerNodeHostBits of Kubernetes' validation. */
const MIN_HOST_BITS = 4;

/** What a ClusterCIDR without a selector has for one. */
const DEFAULT_SELECTOR: NodeSelectorTerms = {
  nodeSelectorTerms: [
    { matchExpressions: [{ key: 'kubernetes.io/clusterCIDR', operator: 'In', values: ['default'] }] },
  ],
};

/** A ClusterCIDR object (networking.k8s.io/v1alpha1, Kubernetes 1.25 to 1.28): name and spec. */
export interface ClusterCidrSpec {
  readonly name: string;
  /** Bits of a node's CIDR behind its mask, the same in both families: 8 is a /24 and a /120. */
  readonly perNodeHostBits: number;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  /** Left out: for nodes that no other has room for. */
  readonly nodeSelector?: NodeSelectorTerms | undefined;
}

/** One ClusterCIDR and who has pieces of it. */
export class ClusterCidr {
  readonly name: string;
  readonly selector: NodeSelector;
  readonly isDefault: boolean;
  /** IPv4 first. */
  readonly sets: readonly CidrSet[];
  /** Names of the nodes that have their CIDRs from here. */
  readonly nodes = new Set<string>();
  /** Deleted, and here until its last node is gone: nothing is allocated from it. */
  terminating = false;

  /** @throws IpamError `config-invalid` */
  constructor(spec: ClusterCidrSpec) {
    const { name, ipv4, ipv6, perNodeHostBits, nodeSelector = DEFAULT_SELECTOR } = spec;
    if (ipv4 === undefined && ipv6 === undefined) {
      throw invalid(name, 'one or both of `ipv4` and `ipv6` must be specified');
    }
    this.name = name;
    this.selector = new NodeSelector(nodeSelector);
    this.isDefault = spec.nodeSelector === undefined;
    this.sets = [
      ...(ipv4 === undefined ? [] : [cidrSet(name, 'ipv4', ipv4, perNodeHostBits)]),
      ...(ipv6 === undefined ? [] : [cidrSet(name, 'ipv6', ipv6, perNodeHostBits)]),
    ];
  }

  setOf({ family }: Cidr): CidrSet | undefined {
    return this.sets.find(({ cidr }) => cidr.family === family);
  }

  /**
   * Which of two that match a node is tried first: the one with more requirements, with room for fewer nodes, with
   * smaller pieces, with the lower selector as text, with the lower CIDR as text.
   */
  static compare(this: void, a: ClusterCidr, b: ClusterCidr): number {
    return (
      b.selector.size - a.selector.size ||
      a.#room - b.#room ||
      b.sets[0]!.maskSize - a.sets[0]!.maskSize ||
      compareText(a.selector.text, b.selector.text) ||
      compareText(a.sets[0]!.cidr.toString(), b.sets[0]!.cidr.toString())
    );
  }

  /** Nodes there would be room for if it were empty: what is free at the time has no say. */
  get #room(): number {
    return Math.min(...this.sets.map(({ size }) => Number(size)));
  }
}

function cidrSet(name: string, family: Family, text: string, hostBits: number): CidrSet {
  const { cidr } = Cidr.parse(text);
  if (cidr.family !== family) throw invalid(name, `Expected an ${family} CIDR, got ${text}`);
  const most = familyBits(family) - cidr.prefix;
  if (!Number.isInteger(hostBits) || hostBits < MIN_HOST_BITS || hostBits > most) {
    const range = `from ${MIN_HOST_BITS} to ${most} for ${cidr}`;
    throw invalid(name, `Expected perNodeHostBits ${range}, got ${hostBits}`);
  }
  const maskSize = familyBits(family) - hostBits;
  if (exceedsIpv6Limit(cidr, maskSize)) {
    const sizes = `PerNodeMaskSize ${maskSize} is too big for CIDR Mask ${cidr.prefix}`;
    const limit = `Maximum difference allowed is ${IPV6_MASK_DIFFERENCE}`;
    throw invalid(name, `Creation of New CIDR Set failed for ${cidr}. ${sizes}, ${limit}`);
  }
  return new CidrSet(cidr, maskSize);
}

function invalid(name: string, problem: string): IpamError {
  return new IpamError('config-invalid', `ClusterCIDR ${name}: ${problem}`);
}
