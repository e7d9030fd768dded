import os from 'node:os';
import type { Lab } from '../substrate/index.ts';
import { patience } from '../substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../traffic/index.ts';
import { Bed } from './bed/index.ts';
import { type Case, caseName, type Facts } from './case.ts';
import { CASES } from './cases/index.ts';
import { testCell } from './cell.ts';
import { columnsOf } from './column.ts';
import { ConnectivityError } from './connectivity-error.ts';
import { lookAt } from './facts.ts';
import { type ConnectivityResult, type Row, totalsOf } from './result.ts';
import { settled } from './settled.ts';
import { withUncovered } from './uncovered.ts';

/** Time for pods to be there, for rules to be written, for the namespace to go. */
const LIMIT_MS = 60_000;

export interface ConnectivityOptions {
  readonly lab: Lab;
  readonly programs: TrafficPrograms;
  /** Only cases whose name it matches. */
  readonly only?: RegExp;
  readonly progress: (step: string) => void;
  /** Ends the test early; what it made is removed all the same. */
  readonly signal?: AbortSignal;
}

/**
 * Walks the truth table of connections in a lab, with pods and Services of its own; nothing of them is left.
 * Throws ConnectivityError, TrafficError, KubeError, or the signal's reason.
 */
export async function testConnectivity(options: ConnectivityOptions): Promise<ConnectivityResult> {
  const { lab, programs, only, progress, signal = new AbortController().signal } = options;
  const cases = CASES.filter((each) => only === undefined || only.test(caseName(each)));
  if (cases.length === 0) {
    const all = CASES.map((each) => `  ${caseName(each)}`).join('\n');
    throw new ConnectivityError('no-such-case', `No case is like ${only}; there is\n${all}`);
  }
  const { facts, nodes } = await lookAt(lab);
  const names = nodes.map(({ name }) => name);
  progress('starting what answers for pods');
  await using traffic = await Traffic.start(withUncovered(lab.trafficHost()), programs);
  const limitMs = patience(LIMIT_MS);
  await using bed = await Bed.make({
    ...{ client: lab.client, nodes, facts, progress, limitMs, signal },
  });
  if (facts.services !== 'none') {
    progress(`waiting for ${names.join(' and ')} to have the Services`);
    await settled(traffic, bed, facts, limitMs, signal);
  }
  const rows = await walk(cases, facts, traffic, bed, { progress, signal });
  progress('removing what was made');
  return { lab: lab.name, kernel: os.release(), facts, nodes: names, rows, totals: totalsOf(rows) };
}

async function walk(
  cases: readonly Case[],
  facts: Facts,
  traffic: Traffic,
  bed: Bed,
  { progress, signal }: { progress: (step: string) => void; signal: AbortSignal },
): Promise<Row[]> {
  const rows: Row[] = [];
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  let group = '';
  for (const each of cases) {
    signal.throwIfAborted();
    if (each.group !== group) {
      group = each.group;
      progress(`dialling: ${group}`);
    }
    const cells = Promise.all(
      columnsOf(facts.podFamilies).map((column) => testCell(each, column, { facts, traffic, bed })),
    );
    const { from, to, backend } = each;
    rows.push({
      group,
      name: caseName(each),
      from,
      to,
      backend,
      cells: await Promise.race([cells, aborted]),
    });
  }
  return rows;
}
