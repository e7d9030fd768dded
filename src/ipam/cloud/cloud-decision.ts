import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';

/** What the controller does with a node for which the provider has named CIDRs. */
export interface CloudDecision {
  readonly cidrs: readonly Cidr[];
  /** False when they stand in the node's object already. */
  readonly write: boolean;
  /** Others stand there, and are to be replaced. */
  readonly reassigns: boolean;
}

/**
 * What CloudCIDRAllocator of kube-controller-manager (pkg/controller/nodeipam/ipam/cloud_cidr_allocator.go, up to
 * 1.30) makes of a provider's answer: it keeps no set of its own, and so neither notices when two nodes get the same
 * CIDR nor frees anything when a node leaves.
 * @param named the provider's answer; of more than two only the first two count
 * @param listed what stands in the node's object
 * @throws IpamError `node-cidr-full` when the provider named none, `request-invalid` for what is no CIDR, or for two of
 * one family in the place of two others
 */
export function decideCloudCidrs(
  node: string,
  named: readonly string[],
  listed: readonly string[],
): CloudDecision {
  if (named.length === 0) {
    throw new IpamError('node-cidr-full', `failed to allocate cidr: Node ${node} has no CIDRs`);
  }
  const cidrs = named.slice(0, 2).map((text) => parse(text, named));
  const [first, second] = cidrs;
  const same = sameCidrs(cidrs, listed);
  if (second && listed.length === 2 && first!.family === second.family) {
    throw new IpamError('request-invalid', `err: IPs are not dual stack, CIDRS: ${bracketed(named)}`);
  }
  return { cidrs, write: !same, reassigns: !same && listed.length > 0 };
}

/** One CIDR is compared with the first of the object alone. */
function sameCidrs(cidrs: readonly Cidr[], listed: readonly string[]): boolean {
  if (cidrs.length > 1 && cidrs.length !== listed.length) return false;
  return cidrs.every((cidr, i) => cidr.toString() === listed[i]);
}

function parse(text: string, named: readonly string[]): Cidr {
  try {
    return Cidr.parse(text).cidr;
  } catch (cause) {
    const message = `failed to parse strings ${bracketed(named)} as CIDRs: ${(cause as Error).message}`;
    throw new IpamError('request-invalid', message, { cause });
  }
}

function bracketed(texts: readonly string[]): string {
  return `[${texts.join(' ')}]`;
}
