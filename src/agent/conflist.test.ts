import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadFirstNetwork } from '../cni/runtime/index.ts';
import { Cidr } from '../ip/index.ts';
import { churnlabConflist, fillConflist, NODE_VALUES, writeConflist } from './conflist.ts';

const cidrs = (...texts: string[]) => texts.map((text) => Cidr.parse(text).cidr);

test('a runtime reads what was written, which is there once', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-conflist-'));
  try {
    writeConflist(root, churnlabConflist());
    writeConflist(root, churnlabConflist());
    const directory = path.join(root, 'etc/cni/net.d');
    expect(fs.readdirSync(directory)).toEqual(['10-churnlab.conflist']);
    expect(loadFirstNetwork(directory)).toMatchObject({ name: 'churnlab', cniVersion: '1.1.0' });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test('host-local gets one range and one default route a family', () => {
  const ipam = { type: 'host-local', ranges: NODE_VALUES.ranges, routes: NODE_VALUES.routes };
  const conflist = { cniVersion: '1.1.0', name: 'bridge', plugins: [{ type: 'bridge', ipam }] };
  const podCidrs = cidrs('10.20.0.0/24', 'fd00:20::/112');
  expect(fillConflist(conflist, { podCidrs, clusterCidrs: [] }).plugins).toEqual([
    {
      type: 'bridge',
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '10.20.0.0/24' }], [{ subnet: 'fd00:20::/112' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
      },
    },
  ]);
});

test('on a link that all nodes share the prefix is the cluster and the range the node', () => {
  const conflist = { cniVersion: '1.1.0', name: 'm', plugins: [{ ranges: NODE_VALUES.sharedRanges }] };
  const nodes = { podCidrs: cidrs('10.20.1.0/24'), clusterCidrs: cidrs('10.20.0.0/16') };
  expect(fillConflist(conflist, nodes).plugins).toEqual([
    { ranges: [[{ subnet: '10.20.0.0/16', rangeStart: '10.20.1.2', rangeEnd: '10.20.1.254' }]] },
  ]);
});
