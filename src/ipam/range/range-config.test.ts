import { describe, expect, it, test } from 'vitest';
import { IpamError } from '../ipam-error.ts';
import { readRangeConfig } from './range-config.ts';

describe('readRangeConfig', () => {
  it('should drop host bits, of Services without a word', () => {
    const spec = readRangeConfig({
      ipv4: { cidrs: ['10.0.3.0/16'], maskSize: 24 },
      serviceCidrs: ['10.96.0.1/12'],
    });
    expect(spec.clusterCidrs.map(({ cidr }) => cidr.toString())).toEqual(['10.0.0.0/16']);
    expect(spec.serviceCidrs.map(String)).toEqual(['10.96.0.0/12']);
    expect(spec.warnings).toEqual(['10.0.3.0/16 has host bits set: 10.0.0.0/16 is used']);
  });

  it('should take one CIDR of a family', () => {
    const two = { ipv4: { cidrs: ['10.0.0.0/16', '10.1.0.0/16'], maskSize: 24 } };
    expect(() => readRangeConfig(two)).toThrow(
      new IpamError('config-invalid', 'Expected one ipv4 CIDR, got 10.1.0.0/16 too'),
    );
  });
});

test.each([
  ['ipv6', 'fd00::/48', 64, undefined],
  ['ipv6', 'fd00::/47', 64, 'New CIDR set failed; the node CIDR size is too big'],
  ['ipv4', '10.0.0.0/8', 25, undefined],
  ['ipv4', '10.0.0.0/16', 15, 'ipv4: Expected a mask size from 16 to 32 for 10.0.0.0/16, got 15'],
] as const)('%s %s cut into /%i: %s', (family, cidr, maskSize, problem) => {
  const read = () => readRangeConfig({ [family]: { cidrs: [cidr], maskSize } });
  if (problem === undefined) expect(read).not.toThrow();
  else expect(read).toThrow(new IpamError('config-invalid', problem));
});
