import path from 'node:path';
import { expect, test } from 'vitest';
import { loadScenario } from '../../scenario/index.ts';
import { DEFAULTS, defaultsOf, upSpec } from './up-spec.ts';

test('the default lab is the one that the smoke scenario asks for, so that `run --lab default` works', () => {
  const smoke = loadScenario(path.join(import.meta.dirname, '../../../scenarios/smoke.yaml'));
  expect(upSpec(DEFAULTS)).toEqual(smoke.on('netns').spec.lab);
});

test('CIDRs of both families become a pool each', () => {
  const { ipam, ipFamily } = upSpec({ ...DEFAULTS, pool: ['fd00:20::/104', '10.20.0.0/16', '10.50.0.0/16'] });
  expect(ipFamily).toBe('dual');
  expect(ipam.pools).toMatchObject([
    { cidrs: ['10.20.0.0/16', '10.50.0.0/16'], nodeMask: 22 },
    { cidrs: ['fd00:20::/104'], nodeMask: 112 },
  ]);
});

test.each([
  ['ipv4', ['10.20.0.0/16']],
  ['ipv6', ['fd00:20::/104']],
  ['dual', ['10.20.0.0/16', 'fd00:20::/104']],
] as const)('--ip-family %s says which pools there are when none is named', (ipFamily, cidrs) => {
  for (const substrate of ['netns', 'vm', 'kind'] as const) {
    const spec = upSpec({ ...defaultsOf(substrate), ipFamily });
    expect(spec.ipFamily).toBe(ipFamily);
    expect(spec.ipam.pools.flatMap((pool) => pool.cidrs)).toEqual(cidrs);
  }
});

test('other options of the command are not the lab’s', () => {
  expect(upSpec(Object.assign({ name: 'a', smoke: true }, DEFAULTS))).toEqual(upSpec(DEFAULTS));
});

test('--node-ipam kcm is mode kcm', () => {
  expect(upSpec({ ...DEFAULTS, nodeIpam: 'kcm' })).toEqual(upSpec({ ...DEFAULTS, ipam: 'kcm' }));
  expect(upSpec({ ...DEFAULTS, ipam: 'range' }).ipam.mode).toBe('range');
});
