import { Cidr } from '../../ip/index.ts';
import { type ClusterPoolConfig, readClusterPoolConfig } from '../cluster-pool/cluster-pool-config.ts';
import { IpamError } from '../ipam-error.ts';

/** clusterSubnetMaxDiff of Kubernetes' cidrset: it holds for IPv6 alone, so an IPv4 cluster may have more nodes. */
const IPV6_MASK_DIFFERENCE = 16;

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
  const clusterCidrs = families.map(({ family, cidrs, maskSize }) => {
    const [cidr, second] = cidrs;
    if (second) throw invalid(`Expected one ${family} cluster CIDR, got ${second} too`);
    return { cidr: cidr!, maskSize };
  });
  for (const { cidr, maskSize } of clusterCidrs) {
    if (cidr.family === 'ipv6' && maskSize - cidr.prefix > IPV6_MASK_DIFFERENCE) {
      throw invalid('New CIDR set failed; the node CIDR size is too big');
    }
  }
  return { clusterCidrs, serviceCidrs: serviceCidrs.map((text) => Cidr.parse(text).cidr), warnings };
}

function invalid(message: string): IpamError {
  return new IpamError('config-invalid', message);
}
