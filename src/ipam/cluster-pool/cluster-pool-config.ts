import { Cidr, type Family, familyBits } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';

/** CIDRs of one family that are cut into one piece per node, used up in this order. */
interface FamilyPoolConfig {
  readonly cidrs: readonly string[];
  /** Prefix length of a node's piece. */
  readonly maskSize: number;
}

/** What a user writes. At least one family. */
export interface ClusterPoolConfig {
  readonly ipv4?: FamilyPoolConfig | undefined;
  readonly ipv6?: FamilyPoolConfig | undefined;
}

export interface FamilyPoolSpec {
  readonly family: Family;
  readonly cidrs: readonly Cidr[];
  readonly maskSize: number;
}

/** A checked configuration, IPv4 first. */
export interface ClusterPoolSpec {
  readonly families: readonly FamilyPoolSpec[];
  /** What was put right, in words for the user. */
  readonly warnings: readonly string[];
}

/**
 * Checks a configuration. Host bits are dropped with a warning.
 * @throws IpamError `config-invalid` that names every mistake, or `cidr-collision` when CIDRs overlap.
 */
export function readClusterPoolConfig(config: ClusterPoolConfig): ClusterPoolSpec {
  const warnings: string[] = [];
  const problems: string[] = [];
  const families: FamilyPoolSpec[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const given = config[family];
    if (given === undefined) continue;
    if (given.cidrs.length === 0) problems.push(`${family}: Expected at least one CIDR`);
    const cidrs = given.cidrs.flatMap((text) =>
      readCidr(family, text, given.maskSize, { warnings, problems }),
    );
    families.push({ family, cidrs, maskSize: given.maskSize });
  }
  if (families.length === 0)
    problems.push('a CIDR list for ipv4 or ipv6 must be provided when using ClusterPool');
  if (problems.length > 0) throw new IpamError('config-invalid', problems.join('; '));
  for (const { cidrs } of families) refuseOverlap(cidrs);
  return { families, warnings };
}

function readCidr(
  family: Family,
  text: string,
  maskSize: number,
  { warnings, problems }: { warnings: string[]; problems: string[] },
): Cidr[] {
  try {
    const { cidr, hostBits } = Cidr.parse(text);
    const limit = familyBits(family);
    if (cidr.family !== family) problems.push(`${family}: Expected an ${family} CIDR, got ${text}`);
    else if (!Number.isInteger(maskSize) || maskSize < cidr.prefix || maskSize > limit) {
      problems.push(
        `${family}: Expected a mask size from ${cidr.prefix} to ${limit} for ${cidr}, got ${maskSize}`,
      );
    }
    if (hostBits) warnings.push(`${text} has host bits set: ${cidr} is used`);
    return [cidr];
  } catch (error) {
    problems.push(`${family}: ${(error as Error).message}`);
    return [];
  }
}

function refuseOverlap(cidrs: readonly Cidr[]): void {
  for (const [i, cidr] of cidrs.entries()) {
    const other = cidrs.slice(0, i).find((earlier) => earlier.overlaps(cidr));
    if (other) throw new IpamError('cidr-collision', `requested CIDR ${cidr} collides with ${other}`);
  }
}
