import type { BatchCounts, BatchSpec, Traffic } from '../traffic/index.ts';
import type { Bed } from './bed/index.ts';
import { type Case, type Dial, type Expectation, type Facts, inapplicable } from './case.ts';
import type { Column } from './column.ts';
import { judge, type Seen, sumOf } from './judge.ts';
import { knownLimit } from './known-limits.ts';
import type { Cell } from './result.ts';

/**
 * Calls that are to be answered: with four backends one in ten thousand million such loops misses one of them. They go in
 * rounds: after one that failed the others are not waited for.
 */
const ROUNDS = [8, 24, 48] as const;
const CLIENTS = 4;
/** One: Linux sends a client only few ICMP errors at a time (icmp_ratelimit), and they are kube-proxy's refusals. */
const REFUSALS = 1;
const SILENCES = 2;
/** A refusal may take a second: a client's stack takes an ICMP error for a passing trouble and sends its SYN again. */
const ANSWER_MS = 5000;
/** Long enough to be told from an answer on a busy machine. */
const SILENCE_MS = 500;

/** Sockets of UDP: different system calls, and different programs of eBPF. */
const UDP = ['connected', 'unconnected'] as const;

export interface CellContext {
  readonly facts: Facts;
  readonly traffic: Traffic;
  readonly bed: Bed;
}

/** Dials a case in one family and protocol, and judges what came of it. Throws TrafficError. */
export async function testCell(
  each: Case,
  column: Column,
  { facts, traffic, bed }: CellContext,
): Promise<Cell> {
  const absent = inapplicable(each, facts, column);
  if (absent !== undefined) return { ...column, status: 'not-applicable', reason: absent };
  const expectation = each.expect(facts, column);
  const seen = await dial(each.dial(bed, column), expectation, column, traffic, bed);
  const problem = judge(expectation, seen);
  const limit = problem === undefined ? undefined : knownLimit(each, facts);
  const reason = limit === undefined ? problem : `${limit}; ${problem}`;
  return {
    ...column,
    status: problem === undefined ? 'pass' : limit === undefined ? 'fail' : 'limit',
    ...(reason === undefined ? {} : { reason }),
    expected: expectation.kind,
    ...(expectation.why === undefined ? {} : { why: expectation.why }),
    seen,
  };
}

async function dial(
  { from, to }: Dial,
  expectation: Expectation,
  { protocol }: Column,
  traffic: Traffic,
  bed: Bed,
): Promise<Seen> {
  const { kind } = expectation;
  const timeoutMs = kind === 'nobody' ? SILENCE_MS : ANSWER_MS;
  const rounds = kind === 'answers' ? ROUNDS : [kind === 'refused' ? REFUSALS : SILENCES];
  // Who comes first decides where a client stays: calls side by side may all be first.
  const oneByOne = kind === 'answers' && expectation.spread === 'one';
  // Only a socket that is connected is told of a refusal.
  const sockets = protocol === 'tcp' ? (['tcp'] as const) : kind === 'refused' ? UDP.slice(0, 1) : UDP;
  const seen: BatchCounts[] = [];
  for (const socket of sockets) {
    for (const count of rounds) {
      const clients = oneByOne ? 1 : Math.min(count, CLIENTS);
      const round = await dialOnce({ from, to, timeoutMs, count, clients }, socket, traffic);
      seen.push(round);
      if (round.ok < count) break;
    }
  }
  return sumOf(seen.map((counts) => ({ ...counts, backends: shortNames(counts.backends, bed) })));
}

async function dialOnce(
  spec: BatchSpec,
  socket: 'tcp' | (typeof UDP)[number],
  traffic: Traffic,
): Promise<BatchCounts> {
  const result =
    socket === 'tcp'
      ? await traffic.crr(spec)
      : await traffic.udp({ ...spec, fresh: true, unconnected: socket === 'unconnected' });
  return result.counts;
}

/** Pods of the test without their namespace. */
function shortNames(backends: Readonly<Record<string, number>>, bed: Bed): Record<string, number> {
  const prefix = bed.pod('');
  return Object.fromEntries(
    Object.entries(backends).map(([name, n]) => [
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      n,
    ]),
  );
}
