import type { ExhaustionResult, RunDocument } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';

const MISSED = {
  pod: 'got no address',
  node: 'got no CIDR',
  service: 'was refused',
} as const;

/**
 * What ran out, in a sentence: `Ran out: n9 got no CIDR at 2.10 s, when 8 nodes were served (node-cidr-full); ...`; undefined
 * when nothing was refused.
 */
export function exhaustionSentence({ exhaustion, clock }: RunDocument): string | undefined {
  const first = exhaustion?.firstRefusal;
  if (!exhaustion || !first) return undefined;
  const at = format(first.atNs - clock.startNs, 'ns');
  const served = `${formatCount(first.alive)} ${first.subject}${first.alive === 1 ? ' was' : 's were'} served`;
  const parts = [
    `${first.name} ${MISSED[first.subject]} at ${at}, when ${served} (${first.class})`,
    ...waited(exhaustion),
    ...recovered(exhaustion),
  ];
  return `Ran out: ${parts.join('; ')}.`;
}

function waited({ starved }: ExhaustionResult): string[] {
  const { served, never, longestNs } = starved;
  if (served + never === 0) return [];
  const longest = formatBound({ value: longestNs, atLeast: never > 0 }, 'ns');
  const ends = [
    ...(served > 0 ? [`${formatCount(served)} served late`] : []),
    ...(never > 0 ? [`${formatCount(never)} never`] : []),
  ];
  return [`${formatCount(served + never)} had to wait, the longest ${longest}: ${ends.join(', ')}`];
}

/** From a release to who waited for it, over all releases. */
export function recovered({ releases }: ExhaustionResult): string[] {
  const firsts = releases.flatMap(({ firstReuseNs }) => firstReuseNs ?? []);
  const tails = releases.flatMap(({ p99ReuseNs }) => p99ReuseNs ?? []);
  if (firsts.length === 0) return [];
  const p99 = tails.length > 0 ? `, p99 ${format(Math.max(...tails), 'ns')}` : '';
  return [`what was released was handed out again after ${format(Math.min(...firsts), 'ns')}${p99}`];
}
