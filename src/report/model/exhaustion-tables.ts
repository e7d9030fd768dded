import type { ExhaustionResult, RunDocument } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { formatBound } from '../format-bound.ts';
import { recovered } from './exhaustion-lead.ts';
import { type Cell, cell, left, right, type Table } from './table.ts';

const POOLS_LEGEND =
  "fairness: Jain's index of served over asked by node, 100 % when all fare alike. used, reserved: addresses that pods had, and those in nodes' CIDRs, each at its peak; unused: the share between. " +
  'usable: of the addresses that were free after the last release, the share in use when a pod starved all the same. ≥: some were still waiting at the end.';

/** What a run ran out of: the first refusal, all refusals, who waited, what was released, and the pools. */
export function exhaustionTables({ exhaustion, clock }: RunDocument): Table[] {
  if (exhaustion === undefined) return [];
  const since = (at: number) => format(at - clock.startNs, 'ns');
  return [
    story(exhaustion, since),
    refusals(exhaustion, since),
    releases(exhaustion, since),
    pools(exhaustion),
    waits(exhaustion),
  ];
}

type Since = (at: number) => string;

function story(exhaustion: ExhaustionResult, since: Since): Table {
  const { firstRefusal, retries, starved } = exhaustion;
  const rows: (readonly [string, Cell])[] = [];
  if (firstRefusal) {
    const { atNs, phase, name, node, pool, alive, message } = firstRefusal;
    const where = `${node === undefined ? '' : ` on ${node}`}${pool === undefined ? '' : `, pool ${pool}`}`;
    const text = `${name}${where}, at ${since(atNs)} in phase ${phase}, ${formatCount(alive)} served by then: ${firstRefusal.class}`;
    rows.push(['first refusal', cell(text, 'bad', [message])]);
  }
  if (retries) {
    rows.push([
      'attempts',
      cell(
        `p50 ${retries.p50}, p99 ${retries.p99}, at most ${formatCount(retries.max)} for one that was refused`,
      ),
    ]);
  }
  if (starved.served + starved.never > 0) {
    const { p50, p99 } = waitBounds(starved.waitP50Ns, starved.waitP99Ns, starved.served, starved.never);
    const longest = formatBound({ value: starved.longestNs, atLeast: starved.never > 0 }, 'ns');
    rows.push(['wait', cell(`p50 ${p50}, p99 ${p99}, longest ${longest}`)]);
    rows.push([
      'in the end',
      cell(
        `${formatCount(starved.served)} served late, ${formatCount(starved.never)} never`,
        starved.never > 0 ? 'bad' : undefined,
      ),
    ]);
  }
  rows.push(...recovered(exhaustion).map((text) => ['recovery', cell(text)] as const));
  return {
    title: 'What ran out',
    columns: [left('what ran out'), left('')],
    rows: rows.map(([name, text]) => [cell(name), text]),
  };
}

function refusals({ refusals }: ExhaustionResult, since: Since): Table {
  return {
    title: 'Refusals',
    continues: true,
    columns: [left('refused as'), right('attempts'), right('subjects'), right('first'), right('last')],
    rows: refusals.map(({ class: name, attempts, subjects, firstNs, lastNs }) => [
      cell(name, 'strong'),
      cell(formatCount(attempts)),
      cell(formatCount(subjects)),
      cell(since(firstNs)),
      cell(since(lastNs)),
    ]),
  };
}

function releases({ releases }: ExhaustionResult, since: Since): Table {
  return {
    title: 'Releases',
    continues: true,
    columns: [
      left('released in'),
      right('at'),
      right('released'),
      right('reused'),
      right('first'),
      right('p50'),
      right('p99'),
    ],
    rows: releases.map(({ phase, atNs, released, reused, firstReuseNs, p50ReuseNs, p99ReuseNs }) => [
      cell(phase),
      cell(since(atNs)),
      cell(formatCount(released)),
      cell(formatCount(reused)),
      ...[firstReuseNs, p50ReuseNs, p99ReuseNs].map((ns) => cell(ns === null ? '-' : format(ns, 'ns'))),
    ]),
    ...(releases.length > 0 && {
      legend:
        'reused: handed out again while somebody waited; first, p50, p99: from the release asked to that.',
    }),
  };
}

function pools({ pools }: ExhaustionResult): Table {
  return {
    title: 'Pools',
    continues: true,
    columns: [
      left('pool'),
      right('asked'),
      right('served'),
      right('never'),
      right('wait p50'),
      right('wait p99'),
      right('fairness'),
      right('used'),
      right('reserved'),
      right('unused'),
      right('usable'),
    ],
    rows: pools.map((pool) => {
      const { p50, p99 } = waitBounds(pool.waitP50Ns, pool.waitP99Ns, pool.served, pool.never);
      const unused = pool.peakReserved > 0 ? 1 - pool.peakUsed / pool.peakReserved : null;
      return [
        cell(pool.pool, 'strong'),
        cell(formatCount(pool.asked)),
        cell(formatCount(pool.served)),
        cell(formatCount(pool.never), pool.never > 0 ? 'bad' : undefined),
        cell(p50),
        cell(p99),
        cell(percent(pool.fairness)),
        cell(formatCount(pool.peakUsed)),
        cell(formatCount(pool.peakReserved)),
        cell(percent(unused)),
        cell(percent(pool.usableShareOfFree)),
      ];
    }),
    ...(pools.length > 0 && { legend: POOLS_LEGEND }),
  };
}

function waits({ starved }: ExhaustionResult): Table {
  return {
    title: 'Longest waits',
    continues: true,
    columns: [left('waited longest'), right('for'), left('')],
    rows: starved.examples.map(({ name, waitedNs, served }) => [
      cell(name),
      cell(formatBound({ value: waitedNs, atLeast: !served }, 'ns'), served ? undefined : 'bad'),
      cell(served ? 'served' : 'never served'),
    ]),
  };
}

/** Those who never came count as slower than all who did: beyond the share of the served only a bound is known. */
function waitBounds(
  p50: number,
  p99: number,
  served: number,
  never: number,
): { readonly p50: string; readonly p99: string } {
  const exact = served / (served + never || 1);
  const text = (value: number, q: number) => formatBound({ value, atLeast: never > 0 && q > exact }, 'ns');
  return { p50: text(p50, 0.5), p99: text(p99, 0.99) };
}

function percent(share: number | null): string {
  return share === null ? '-' : format(share, 'ratio');
}
