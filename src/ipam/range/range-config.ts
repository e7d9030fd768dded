import { Cidr } from '../../ip/index.ts';
import {
  type ClusterPoolConfig,
  type FamilyPoolSpec,
  readClusterPoolConfig,
} from '../cluster-pool/cluster-pool-config.ts';
import { IpamError } from '../ipam-error.ts';
import { exceedsIpv6Limit } from '../ipv6-mask-limit.ts';

/** What a user of kube-controller-manager writes: one cluster CIDR a family, and what Services have. */
export interface RangeConfig extends ClusterPoolConfig {
  /** `--service-cluster-ip-range`: nodes get none of it. */
  readonly serviceCidrs?: readonly string[] | undefined;
}

/** A checked configuration. */
export interface RangeSpec {
  /** `--cluster-cidr` in its order, each with its `--node-cidr-mask-size`. */
  readonly clusterCidrs: readonly { readonly cidr: Cidr; readonly maskSize: number }[];
  readonly serviceCidrs: readonly Cidr[];
  /** What was put right, in words for the user. */
  readonly warnings: readonly string[];
}

/**
 * Checks a configuration by the rules of kube-controller-manager 1.34.
 * @throws IpamError `config-invalid` in its words where it has the case
 */
export function readRangeConfig({ ipv4, ipv6, serviceCidrs = [] }: RangeConfig): RangeSpec {
  const { families, warnings } = readClusterPoolConfig({ ipv4, ipv6 });
  const clusterCidrs = families.map(clusterCidr);
  return { clusterCidrs, serviceCidrs: serviceCidrs.map((text) => Cidr.parse(text).cidr), warnings };
}

/** What kube-controller-manager makes of one family. @throws IpamError `config-invalid` */
export function clusterCidr(pool: FamilyPoolSpec): RangeSpec['clusterCidrs'][number] {
  const cidr = onlyCidr(pool);
  const { maskSize } = pool;
  if (exceedsIpv6Limit(cidr, maskSize)) throw invalid('New CIDR set failed; the node CIDR size is too big');
  return { cidr, maskSize };
}

/** Of allocators that know one CIDR a family. @throws IpamError `config-invalid` */
export function onlyCidr({ family, cidrs: [cidr, second] }: FamilyPoolSpec): Cidr {
  if (second) throw invalid(`Expected one ${family} CIDR, got ${second} too`);
  return cidr!;
}

function invalid(message: string): IpamError {
  return new IpamError('config-invalid', message);
}
