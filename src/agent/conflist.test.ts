import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadFirstNetwork } from '../cni/runtime/index.ts';
import { churnlabConflist, referenceConflist, writeConflist } from './conflist.ts';

test.each([
  churnlabConflist(),
  referenceConflist('bridge', ['10.20.0.0/24', 'fd00:20::/112']),
  referenceConflist('ptp', ['10.20.0.0/24']),
])('a runtime reads what was written for $name', (conflist) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-conflist-'));
  try {
    writeConflist(root, conflist);
    writeConflist(root, conflist);
    const directory = path.join(root, 'etc/cni/net.d');
    expect(fs.readdirSync(directory)).toEqual([`10-${conflist.name}.conflist`]);
    const network = loadFirstNetwork(directory);
    expect(network).toMatchObject({ name: conflist.name, cniVersion: '1.1.0' });
    expect(network.plugins.map(({ type }) => type)).toEqual(
      conflist.plugins.map((plugin) => (plugin as { type: string }).type),
    );
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test('host-local gets one range and one default route a family', () => {
  const [bridge] = referenceConflist('bridge', ['10.20.0.0/24', 'fd00:20::/112']).plugins;
  expect(bridge).toMatchObject({
    ipam: {
      ranges: [[{ subnet: '10.20.0.0/24' }], [{ subnet: 'fd00:20::/112' }]],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
    },
  });
});
