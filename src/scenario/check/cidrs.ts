import { Cidr, familyBits } from '../../ip/index.ts';
import type { Path, Problem } from '../source/source.ts';
import type { LabSpec, PoolSpec } from '../spec.ts';
import type { View } from './view.ts';

interface Range {
  readonly path: Path;
  readonly cidr: Cidr;
}

/** Pools: every CIDR is one, none overlaps another, masks fit, one pool per family, as `ipFamily` says. */
export function checkCidrs({ lab, pools }: View): Problem[] {
  const problems: Problem[] = [];
  const ranges = pools.map(({ path, value: pool }) => {
    const found = readCidrs(pool, path, problems);
    checkPool(pool, path, found, problems);
    return found;
  });
  checkOverlaps(ranges.flat(), problems);
  if (lab !== undefined && pools.length > 0) checkFamilies(lab.value, lab.path, ranges, problems);
  return problems;
}

function readCidrs(pool: PoolSpec, path: Path, problems: Problem[]): Range[] {
  return pool.cidrs.flatMap((text, index) => {
    const at = [...path, 'cidrs', index];
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

function checkPool({ nodeMask }: PoolSpec, path: Path, ranges: readonly Range[], problems: Problem[]): void {
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

function checkFamilies(lab: LabSpec, path: Path, pools: readonly Range[][], problems: Problem[]): void {
  const families = pools.flatMap(([range]) => range?.cidr.family ?? []);
  for (const [index, family] of families.entries()) {
    if (families.indexOf(family) === index) continue;
    const message = `expected one pool per family, got a second one for ${family}: list its CIDRs in the first`;
    problems.push({ path: [...path, 'ipam', 'pools', index], code: 'ip-family', message });
  }
  const wanted = lab.ipFamily === 'dual' ? ['ipv4', 'ipv6'] : [lab.ipFamily];
  const missing = wanted.filter((family) => !families.includes(family as 'ipv4' | 'ipv6'));
  const surplus = families.filter((family) => !wanted.includes(family));
  if (families.length < pools.length || (missing.length === 0 && surplus.length === 0)) return;
  const message =
    missing.length > 0
      ? `expected a pool for ${missing.join(' and ')}, since \`ipFamily\` is \`${lab.ipFamily}\``
      : `expected pools for ${lab.ipFamily} only, got one for ${surplus.join(' and ')}`;
  problems.push({ path: [...path, 'ipFamily'], code: 'ip-family', message });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
