import { patience } from '../substrate/index.ts';
import type { BatchCounts, BatchSpec, Traffic } from '../traffic/index.ts';
import type { Bed } from './bed/index.ts';
import { type Case, type Dial, type Expectation, type Facts, inapplicable } from './case.ts';
import type { Column } from './column.ts';
import { judge, type Seen, sumOf } from './judge.ts';
import { knownLimit } from './known-limits.ts';
import type { Cell } from './result.ts';

/** How many calls: in rounds, the later ones only while the earlier ones do not decide. */
const ROUNDS: Readonly<Record<Expectation['kind'], readonly number[]>> = {
  // With four backends one in ten thousand million such loops misses one of them.
  answers: [8, 24, 48],
  // Until one is refused: kube-proxy answers by ICMP, and Linux sends a client few errors at a time (icmp_ratelimit).
  refused: [1, 1, 1, 1, 1],
  nobody: [2],
};
const TIMEOUT_MS: Readonly<Record<Expectation['kind'], number>> = {
  answers: 5000,
  // A client's stack may take an ICMP error for a passing trouble, and send its SYN again after one and three seconds.
  refused: 4000,
  // Long enough to be told from an answer on a busy machine.
  nobody: 500,
};
const CLIENTS = 4;

/** Sockets of UDP: different system calls, and different programs of eBPF. */
const UDP = ['connected', 'unconnected'] as const;

export interface CellContext {
  readonly facts: Facts;
  readonly traffic: Traffic;
  readonly bed: Bed;
  /** Ends it between two rounds. */
  readonly signal: AbortSignal;
}

/** Dials a case in one family and protocol, and judges what came of it. Throws TrafficError, or the signal's reason. */
export async function testCell(each: Case, column: Column, context: CellContext): Promise<Cell> {
  const { facts, bed } = context;
  const absent = inapplicable(each, facts, column);
  if (absent !== undefined) return { ...column, status: 'not-applicable', reason: absent };
  const expectation = each.expect(facts, column);
  const seen = await dial(each.dial(bed, column), expectation, column, context);
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
  { traffic, bed, signal }: CellContext,
): Promise<Seen> {
  const { kind } = expectation;
  // Who comes first decides where a client stays: calls side by side may all be first.
  const oneByOne = kind === 'answers' && expectation.spread === 'one';
  // Only a socket that is connected is told of a refusal.
  const sockets = protocol === 'tcp' ? (['tcp'] as const) : kind === 'refused' ? UDP.slice(0, 1) : UDP;
  const seen: BatchCounts[] = [];
  for (const socket of sockets) {
    for (const count of ROUNDS[kind]) {
      signal.throwIfAborted();
      const clients = oneByOne ? 1 : Math.min(count, CLIENTS);
      const batch = { from, to, timeoutMs: patience(TIMEOUT_MS[kind]), count, clients };
      const round = await dialOnce(batch, socket, traffic);
      seen.push(round);
      if (kind === 'refused' ? judge(expectation, round) === undefined : round.ok < count) break;
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
