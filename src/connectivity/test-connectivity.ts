import os from 'node:os';
import { type Lab, patience } from '../substrate/index.ts';
import { Traffic, type TrafficPrograms } from '../traffic/index.ts';
import { Bed } from './bed/index.ts';
import { type Case, caseName } from './case.ts';
import { CASES } from './cases/index.ts';
import { type CellContext, testCell } from './cell.ts';
import { columnsOf } from './column.ts';
import { ConnectivityError } from './connectivity-error.ts';
import { lookAt } from './facts.ts';
import { type ConnectivityResult, type Row, totalsOf } from './result.ts';
import { settled } from './settled.ts';
import { withUncovered } from './uncovered.ts';

/** Time for pods to be there, for rules to be written, for the namespace to go. */
const LIMIT_MS = 60_000;
/** Rows of a group that are dialled at the same time: most of them wait for what does not come. */
const SIDE_BY_SIDE = 3;

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
  const { client } = lab;
  await using bed = await Bed.make({ client, nodes, facts, progress, limitMs, signal });
  if (facts.services !== 'none') {
    progress(`waiting for ${names.join(' and ')} to have the Services`);
    await settled(traffic, bed, facts, limitMs, signal);
  }
  const rows = await walk(cases, { facts, traffic, bed, signal }, progress);
  progress('removing what was made');
  return { lab: lab.name, kernel: os.release(), facts, nodes: names, rows, totals: totalsOf(rows) };
}

async function walk(
  cases: readonly Case[],
  context: CellContext,
  progress: (step: string) => void,
): Promise<Row[]> {
  const { facts, signal } = context;
  const rows: Row[] = [];
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  const columns = columnsOf(facts.podFamilies);
  const row = async (each: Case): Promise<Row> => {
    const { group, from, to, backend } = each;
    const cells = await Promise.all(columns.map((column) => testCell(each, column, context)));
    return { group, name: caseName(each), from, to, backend, cells };
  };
  for (const [group, members] of Map.groupBy(cases, (each) => each.group)) {
    progress(`dialling: ${group}`);
    for (let next = 0; next < members.length; next += SIDE_BY_SIDE) {
      const found = Promise.all(members.slice(next, next + SIDE_BY_SIDE).map(row));
      rows.push(...(await Promise.race([found, aborted.promise])));
    }
  }
  return rows;
}
