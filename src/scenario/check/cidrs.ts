import { Cidr, type Family, familyBits } from '../../ip/index.ts';
import { hasNamedPools } from '../capacity.ts';
import type { Path, Problem } from '../source/source.ts';
import type { LabSpec, PoolSpec } from '../spec.ts';
import type { View } from './view.ts';

interface Range {
  readonly path: Path;
  readonly cidr: Cidr;
}

/** The CIDRs of one pool, in its families. */
interface Ranges {
  readonly path: Path;
  readonly name: string;
  readonly nodeMask: number;
  readonly ranges: readonly Range[];
}

/** kube-apiserver: at least 8 addresses for Services, and at most 2^20 (pkg/controlplane, cmd/kube-apiserver/app/options). */
const SERVICE_BITS = { least: 3, most: 20 } as const;

/**
 * CIDRs: every one is one, none overlaps another, masks fit, and there is one pool per family (and name), as
 * `ipFamily` says.
 */
export function checkCidrs(view: View): Problem[] {
  const { lab, pools, changes } = view;
  const problems: Problem[] = [];
  const written = pools.map(({ path, value: { name, cidrs, nodeMask } }): Ranges => {
    const ranges = readCidrs(cidrs, [...path, 'cidrs'], problems);
    return { path, name, nodeMask, ranges };
  });
  const changed = changes.flatMap(({ path, value }): Ranges[] => {
    if (value.action === 'removePool') return [];
    const ranges = readCidrs(value.cidrs, [...path, 'cidrs'], problems);
    const nodeMask = value.action === 'addPool' ? value.nodeMask : maskOf(value.pool, ranges, written);
    return [
      { path, name: value.pool, nodeMask: nodeMask ?? 0, ranges: nodeMask === undefined ? [] : ranges },
    ];
  });
  for (const pool of [...written, ...changed]) checkPool(pool, problems);
  checkOverlaps(
    [...written, ...changed].flatMap(({ ranges }) => ranges),
    problems,
  );
  if (lab === undefined) return problems;
  if (pools.length > 0) checkFamilies(lab.value, lab.path, written, problems);
  checkServiceCidrs(lab.value, [...lab.path, 'serviceCidrs'], problems);
  return problems;
}

function readCidrs(cidrs: PoolSpec['cidrs'], path: Path, problems: Problem[]): Range[] {
  return cidrs.flatMap((text, index) => {
    const at = [...path, index];
    try {
      const { cidr, hostBits } = Cidr.parse(text);
      if (hostBits) {
        const message = `expected no bits set beyond the prefix, got "${text}": it is used as \`${cidr}\``;
        problems.push({ path: at, severity: 'warning', code: 'host-bits', message });
      }
      return [{ path: at, cidr }];
    } catch (error) {
      // The cause, if any, says what is wrong with the address in it.
      const { cause = error } = error as Error;
      problems.push({ path: at, code: 'bad-cidr', message: lowerFirst((cause as Error).message) });
      return [];
    }
  });
}

/** The mask of the part of a pool that has the family of these CIDRs. */
function maskOf(name: string, ranges: readonly Range[], pools: readonly Ranges[]): number | undefined {
  const family = ranges[0]?.cidr.family;
  return pools.find((pool) => pool.name === name && pool.ranges[0]?.cidr.family === family)?.nodeMask;
}

function checkPool({ nodeMask, path, ranges }: Ranges, problems: Problem[]): void {
  const [first] = ranges;
  if (first === undefined) return;
  const other = ranges.find(({ cidr }) => cidr.family !== first.cidr.family);
  if (other !== undefined) {
    const message = `expected CIDRs of one family in a pool, got \`${first.cidr}\` and \`${other.cidr}\`: give each family a pool of its own`;
    problems.push({ path: other.path, code: 'ip-family', message });
    return;
  }
  const bits = familyBits(first.cidr.family);
  if (nodeMask > bits) {
    const message = `expected a mask of at most ${bits} for ${first.cidr.family}, got ${nodeMask}`;
    problems.push({ path: [...path, 'nodeMask'], code: 'bad-mask', message });
    return;
  }
  const small = ranges.find(({ cidr }) => cidr.prefix > nodeMask);
  if (small !== undefined) {
    const message = `expected a mask of at least ${small.cidr.prefix}, so that a node's part fits into \`${small.cidr}\`, got ${nodeMask}`;
    problems.push({ path: [...path, 'nodeMask'], code: 'bad-mask', message });
  }
}

function checkOverlaps(ranges: readonly Range[], problems: Problem[]): void {
  for (const [index, { path, cidr }] of ranges.entries()) {
    const earlier = ranges.slice(0, index).find((range) => range.cidr.overlaps(cidr));
    if (earlier === undefined) continue;
    const message = earlier.cidr.equals(cidr)
      ? `expected each CIDR once, got \`${cidr}\` a second time`
      : `expected CIDRs that do not overlap, got \`${cidr}\` and \`${earlier.cidr}\``;
    problems.push({ path, code: 'overlapping-cidrs', message });
  }
}

function checkFamilies(lab: LabSpec, path: Path, pools: readonly Ranges[], problems: Problem[]): void {
  const named = hasNamedPools(lab.ipam.mode);
  const names = named ? [...new Set(pools.map(({ name }) => name))] : [undefined];
  for (const name of names) {
    const own = pools.filter((pool) => name === undefined || pool.name === name);
    const of = name === undefined ? '' : ` of \`${name}\``;
    const families = own.flatMap(({ ranges }) => ranges[0]?.cidr.family ?? []);
    for (const [index, family] of families.entries()) {
      if (families.indexOf(family) === index) continue;
      const message = named
        ? `expected a name of its own for each pool, got a second part${of} for ${family}: list its CIDRs in the first`
        : `expected one pool per family, got a second one for ${family}: list its CIDRs in the first`;
      problems.push({ path: own[index]!.path, code: named ? 'duplicate-name' : 'ip-family', message });
    }
    if (families.length === own.length) checkWanted(lab, path, families, of, problems);
  }
}

function checkWanted(
  { ipFamily }: LabSpec,
  path: Path,
  families: readonly Family[],
  of: string,
  problems: Problem[],
): void {
  const wanted = ipFamily === 'dual' ? (['ipv4', 'ipv6'] as const) : ([ipFamily] as const);
  const missing = wanted.filter((family) => !families.includes(family));
  const surplus = families.filter((family) => !wanted.some((other) => other === family));
  if (missing.length === 0 && surplus.length === 0) return;
  const message =
    missing.length > 0
      ? `expected a pool${of} for ${missing.join(' and ')}, since \`ipFamily\` is \`${ipFamily}\``
      : `expected pools${of} for ${ipFamily} only, got one for ${surplus.join(' and ')}`;
  problems.push({ path: [...path, 'ipFamily'], code: 'ip-family', message });
}

function checkServiceCidrs({ serviceCidrs }: LabSpec, path: Path, problems: Problem[]): void {
  const ranges = readCidrs(serviceCidrs, path, problems);
  for (const [index, { path: at, cidr }] of ranges.entries()) {
    const bits = familyBits(cidr.family) - cidr.prefix;
    if (ranges.findIndex((other) => other.cidr.family === cidr.family) < index) {
      const message = `expected one CIDR per family for Services, got a second one for ${cidr.family}`;
      problems.push({ path: at, code: 'ip-family', message });
    } else if (bits < SERVICE_BITS.least || bits > SERVICE_BITS.most) {
      const [least, most] = [SERVICE_BITS.most, SERVICE_BITS.least].map(
        (size) => familyBits(cidr.family) - size,
      );
      const message = `expected a prefix from ${least} to ${most} for ${cidr.family} Services, as kube-apiserver takes it, got \`${cidr}\``;
      problems.push({ path: at, code: 'bad-mask', message });
    }
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
