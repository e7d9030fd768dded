import type { BatchSpec, Traffic } from '../traffic/index.ts';
import type { Bed } from './bed/index.ts';
import { type Case, type Dial, type Expectation, type Facts, inapplicable } from './case.ts';
import type { Column } from './column.ts';
import { judge, type Seen, sumOf } from './judge.ts';
import { knownLimit } from './known-limits.ts';
import type { Cell } from './result.ts';

/** With four backends one in ten thousand million such loops misses one of them. */
const DIALS = 80;
/** Of calls that are to fail: one would do. */
const FEW = 2;
/** A refusal may take a second: a client's stack takes an ICMP error for a passing trouble and sends its SYN again. */
const ANSWER_MS = 5000;
/** Long enough to be told from an answer on a busy machine. */
const SILENCE_MS = 500;

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

/** UDP by sockets that are connected and by such as are not: different calls, and different programs of eBPF. */
async function dial(
  { from, to }: Dial,
  { kind }: Expectation,
  { protocol }: Column,
  traffic: Traffic,
  bed: Bed,
): Promise<Seen> {
  const spec: BatchSpec =
    kind === 'answers'
      ? { from, to, count: DIALS, timeoutMs: ANSWER_MS }
      : { from, to, count: FEW, clients: FEW, timeoutMs: kind === 'refused' ? ANSWER_MS : SILENCE_MS };
  const results =
    protocol === 'tcp'
      ? [await traffic.crr(spec)]
      : [
          await traffic.udp({ ...spec, fresh: true }),
          // Only a socket that is connected is told of a refusal.
          ...(kind === 'refused' ? [] : [await traffic.udp({ ...spec, fresh: true, unconnected: true })]),
        ];
  return sumOf(results.map(({ counts }) => ({ ...counts, backends: shortNames(counts.backends, bed) })));
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
