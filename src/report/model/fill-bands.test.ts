import { describe, expect, it } from 'vitest';
import type { IpamSample, RunEvent, Sample } from '../../measure/index.ts';
import { FillBands } from './fill-bands.ts';

const view = (reserved: number, reserved6?: number): IpamSample => {
  const pool = (family: 'ipv4' | 'ipv6', size: number) => ({
    ...{ pool: 'default', family, capacity: 1000, reserved: size, used: 0, cooling: 0 },
    nodeCidrs: { total: 4, used: 1 },
  });
  const six = reserved6 === undefined ? [] : [pool('ipv6', reserved6)];
  return { pools: [pool('ipv4', reserved), ...six], waitingNodes: 0, waitingPods: 0 };
};
const granted = (at: number, address: string): RunEvent => ({
  kind: 'address.granted',
  at,
  address,
  owner: address,
  node: 'n1',
});
const add = (at: number, ns: number, failed?: Sample['class']): Sample => ({
  metric: 'cni.add',
  at,
  ns,
  ok: failed === undefined,
  ...(failed && { class: failed }),
});

function bandsOf(events: readonly RunEvent[], samples: readonly Sample[]) {
  const bands = new FillBands();
  for (const event of events) bands.onEvent(event);
  for (const sample of samples) bands.onSample(sample);
  return bands.bands();
}

describe('FillBands', () => {
  const ten = Array.from({ length: 10 }, (_, i) => granted(10 + i, `10.0.0.${i}`));

  it('sorts calls by the addresses that were out when they began', () => {
    const bands = bandsOf(
      [{ kind: 'ipam', at: 0, view: view(10) }, ...ten],
      [add(9, 100), add(10, 200), add(12, 300), add(18, 400), add(19, 50, 'pool-full')],
    );
    expect(
      bands.map(({ from, to, used, calls }) => [from, to, used, calls.add?.p50, calls.refused?.p50]),
    ).toEqual([
      [0, 0.1, 0, 100, undefined],
      [0.1, 0.2, 1, 200, undefined],
      [0.3, 0.4, 3, 300, undefined],
      [0.9, 0.95, 9, 400, undefined],
      [1, 1, 10, undefined, 50],
    ]);
  });

  it('counts released addresses as free, whatever the order of events', () => {
    const released: RunEvent = {
      ...granted(15, '10.0.0.0'),
      kind: 'address.released',
      asked: 14,
    } as RunEvent;
    const bands = bandsOf([{ kind: 'ipam', at: 0, view: view(10) }, released, ...ten], [add(20, 1)]);
    expect(bands.map(({ from }) => from)).toEqual([0.9]);
  });

  it('goes by the fuller family', () => {
    const six = [granted(1, 'fd00::1'), granted(2, 'fd00::2')];
    const bands = bandsOf(
      [{ kind: 'ipam', at: 0, view: view(100, 4) }, ...six, granted(2, '10.0.0.1')],
      [add(3, 1)],
    );
    expect(bands.map(({ from, used }) => [from, used])).toEqual([[0.5, 2]]);
  });

  it('is never above full while a new CIDR is not counted yet', () => {
    const bands = bandsOf([{ kind: 'ipam', at: 0, view: view(5) }, ...ten], [add(30, 1)]);
    expect(bands.map(({ from, used }) => [from, used])).toEqual([[1, 10]]);
  });

  it('leaves out failures that fill has no part in, parts of chains, and calls before the first look', () => {
    const events: RunEvent[] = [...ten, { kind: 'ipam', at: 25, view: view(10) }];
    const chained = { ...add(30, 1), labels: { plugin: 'portmap' } };
    expect(bandsOf(events, [add(24, 1), add(30, 1, 'agent-down'), chained])).toEqual([]);
  });

  it('says p99 only with enough calls', () => {
    const some = (n: number) => Array.from({ length: n }, (_, i) => add(1, i + 1));
    const p99 = (n: number) =>
      bandsOf([{ kind: 'ipam', at: 0, view: view(10) }, ...ten], some(n))[0]!.calls.add!.p99;
    expect([p99(99), p99(100)]).toEqual([undefined, 99]);
  });
});
