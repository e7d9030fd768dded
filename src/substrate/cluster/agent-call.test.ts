import { expect, test } from 'vitest';
import { callOfRefusal, callOfTrace } from './agent-call.ts';

const CALL = { node: 'worker', containerId: 'c1', pod: 'run/p1' };
const STAGES = { ipam: 1, link: 2, addr: 3, map: 4, persist: 5 };
const later = (ns: number): number => ns + 1000;

test('a call lasts from the plugin’s first instruction to the answer, by the runner’s clock', () => {
  const instants = { pluginNs: 10, acceptedNs: 14, startedNs: 15, endedNs: 40 };
  const trace = { ...CALL, ...instants, verb: 'ADD', ips: ['10.20.0.9'], stages: STAGES };
  expect(callOfTrace(trace, later)).toEqual({
    ...CALL,
    ...{ verb: 'ADD', startedNs: 1010, endedNs: 1040, decidedNs: 1040, plugins: [], ok: true },
    ips: ['10.20.0.9'],
    parts: { exec: 4, queue: 1, ...STAGES },
  });
});

test('a refusal has its class; what is no call has none', () => {
  const refused = { ...CALL, acceptedNs: 1, endedNs: 3, code: 101, message: 'no free address', details: '' };
  expect(callOfRefusal({ ...refused, verb: 'ADD' }, later)).toMatchObject({ ok: false, class: 'pool-full' });
  expect(callOfRefusal({ ...refused, verb: '' }, later)).toBeUndefined();
});
