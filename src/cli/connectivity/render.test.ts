import colors from 'picocolors';
import { expect, test } from 'vitest';
import type { Cell, ConnectivityResult, Row } from '../../connectivity/index.ts';
import { renderConnectivity } from './render.ts';

const TCP = { family: 'ipv4', protocol: 'tcp' } as const;
const UDP = { family: 'ipv4', protocol: 'udp' } as const;
const NONE = 'no route';

function row(group: string, from: string, cells: readonly Cell[]): Row {
  return {
    group,
    name: `${group}: ${from} > ${group} > same node`,
    from,
    to: group,
    backend: 'same node',
    cells,
  };
}

const absent = (column: typeof TCP | typeof UDP): Cell => ({
  ...column,
  status: 'not-applicable',
  reason: 'nobody is there',
});

const RESULT: ConnectivityResult = {
  lab: 'default',
  kernel: '6.18.0',
  facts: {
    services: 'nftables',
    isBridged: false,
    network: 'bridge',
    nodes: 2,
    podFamilies: ['ipv4'],
    serviceFamilies: ['ipv4'],
    bridgeNetfilter: false,
  },
  nodes: ['n1', 'n2'],
  rows: [
    row('pod IP', 'pod', [
      { ...TCP, status: 'pass', expected: 'answers' },
      { ...UDP, status: 'fail', expected: 'answers', reason: 'expected answers of a, got of 8: timeout 8' },
    ]),
    row('pod IP', 'outside', [
      { ...TCP, status: 'pass', expected: 'nobody', why: NONE },
      { ...UDP, status: 'pass', expected: 'nobody', why: NONE },
    ]),
    row('ClusterIP', 'pod', [
      { ...TCP, status: 'limit', expected: 'answers', reason: 'a bridge' },
      { ...UDP, status: 'pass', expected: 'refused' },
    ]),
    row('ClusterIP', 'node', [absent(TCP), absent(UDP)]),
  ],
  totals: { pass: 4, fail: 1, limit: 1, 'not-applicable': 2 },
};

test('rows under their groups, then why a cell is not a plain ok', () => {
  expect(renderConnectivity(RESULT, colors.createColors(false))).toBe(`\
Lab default  network bridge, services nftables, n1 and n2, kernel 6.18.0

  FROM     TO         BACKEND    TCP/IPv4  UDP/IPv4
pod IP
  pod      pod IP     same node  ok        FAIL
  outside  pod IP     same node  none      none      [1]
ClusterIP
  pod      ClusterIP  same node  limit     refused

[1] nobody answers: no route

Failed
  pod IP: pod > pod IP > same node, UDP/IPv4: expected answers of a, got of 8: timeout 8

Known limits
  ClusterIP: pod > ClusterIP > same node, TCP/IPv4: a bridge

Not applicable
  2 cells: nobody is there

4 ok, 1 failed, 1 known limits, 2 not applicable
`);
});
