import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AgentTrace } from '../../agent/index.ts';
import type { CniCall } from '../../runtime/index.ts';
import { CallJoiner } from './call-joiner.ts';

const CALL: CniCall = {
  verb: 'ADD',
  node: 'n1',
  containerId: 'c1',
  startedNs: 1000,
  endedNs: 3000,
  decidedNs: 2900,
  plugins: [],
  ok: true,
  ips: [],
};
const STAGES = { ipam: 1, link: 2, addr: 3, map: 4, persist: 5 };
const TRACE: AgentTrace = {
  verb: 'ADD',
  node: 'n1',
  containerId: 'c1',
  acceptedNs: 1400,
  startedNs: 1500,
  endedNs: 2000,
  ips: [],
  stages: STAGES,
};

let emitted: CniCall[];
let joiner: CallJoiner;

beforeEach(() => {
  vi.useFakeTimers();
  emitted = [];
  joiner = new CallJoiner((call) => emitted.push(call), true);
});
afterEach(() => vi.useRealTimers());

test.each(['call first', 'trace first'])('both accounts make one call, %s', (order) => {
  if (order === 'trace first') joiner.trace(TRACE);
  joiner.call(CALL);
  if (order === 'call first') joiner.trace(TRACE);
  expect(emitted).toEqual([{ ...CALL, decidedNs: 2000, parts: { exec: 400, queue: 100, ...STAGES } }]);
  vi.runAllTimers();
  expect(emitted).toHaveLength(1);
});

test('accounts of other nodes, verbs and containers are not mixed up', () => {
  joiner.call(CALL);
  for (const other of [{ node: 'n2' }, { verb: 'DEL' }, { containerId: 'c2' }])
    joiner.trace({ ...TRACE, ...other });
  expect(emitted).toEqual([]);
});

test('a call whose trace never comes goes on without parts', () => {
  joiner.call(CALL);
  vi.advanceTimersByTime(1999);
  expect(emitted).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(emitted).toEqual([CALL]);
});

test('what has no trace is not waited for: refusals, other verbs, other networks', () => {
  const refusal: CniCall = { ...CALL, ok: false, class: 'pool-full' };
  const status: CniCall = { ...CALL, verb: 'STATUS' };
  joiner.call(refusal);
  joiner.call(status);
  new CallJoiner((call) => emitted.push(call), false).call(CALL);
  expect(emitted).toEqual([refusal, status, CALL]);
});
