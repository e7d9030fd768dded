import { expect, it } from 'vitest';
import { type OperatorConfig, readOperatorConfig } from './operator-config.ts';

const FAMILIES = { ipv4: { cidrs: ['10.20.0.0/16'], maskSize: 24 } };

it.each<OperatorConfig>([
  { mode: 'cluster-pool', ...FAMILIES },
  { mode: 'range', ...FAMILIES },
  { mode: 'range', ...FAMILIES, queue: 'fixed', serviceCidrs: ['10.96.0.0/16', 'fd00:96::/112'] },
  { mode: 'multi-range', serviceCidrs: ['10.96.0.0/16'] },
  { mode: 'cloud', provider: { socketPath: '/s', tokenFile: '/t' } },
])('should read %o', (config) => {
  expect(readOperatorConfig(JSON.stringify(config))).toMatchObject({ mode: config.mode, warnings: [] });
});

it.each([
  [{}, 'Invalid discriminator value'],
  [{ mode: 'kcm' }, 'Invalid discriminator value'],
  [{ mode: 'range', ...FAMILIES, queue: 'none' }, 'expected one of "rate-limited"|"fixed"'],
  [
    { mode: 'range', ipv4: { cidrs: ['10.0.0.0/16', '10.1.0.0/16'], maskSize: 24 } },
    'Expected one ipv4 CIDR',
  ],
  [{ mode: 'range', ipv6: { cidrs: ['fd00::/40'], maskSize: 64 } }, 'the node CIDR size is too big'],
  [{ mode: 'multi-range', ...FAMILIES }, 'Unrecognized key: "ipv4"'],
  [{ mode: 'cloud' }, 'expected object'],
])('should refuse %o', (config, message) => {
  expect(() => readOperatorConfig(JSON.stringify(config))).toThrow(message);
});
