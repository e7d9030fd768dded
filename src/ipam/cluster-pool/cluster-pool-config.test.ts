import { describe, expect, it } from 'vitest';
import { readClusterPoolConfig } from './cluster-pool-config.ts';

describe('readClusterPoolConfig', () => {
  it('should drop host bits with a warning', () => {
    const spec = readClusterPoolConfig({ ipv4: { cidrs: ['10.20.30.40/24', '10.30.0.0/24'], maskSize: 26 } });
    expect(spec.families[0]?.cidrs.join(' ')).toBe('10.20.30.0/24 10.30.0.0/24');
    expect(spec.warnings).toEqual(['10.20.30.40/24 has host bits set: 10.20.30.0/24 is used']);
  });

  it('should put IPv4 first', () => {
    const spec = readClusterPoolConfig({
      ipv6: { cidrs: ['fd00::/104'], maskSize: 112 },
      ipv4: { cidrs: ['10.0.0.0/8'], maskSize: 24 },
    });
    expect(spec.families.map(({ family }) => family)).toEqual(['ipv4', 'ipv6']);
  });

  it.each([
    [{}, 'a CIDR list for ipv4 or ipv6 must be provided when using ClusterPool'],
    [{ ipv4: { cidrs: [], maskSize: 24 } }, 'ipv4: Expected at least one CIDR'],
    [{ ipv4: { cidrs: ['fd00::/64'], maskSize: 80 } }, 'ipv4: Expected an ipv4 CIDR, got fd00::/64'],
    [
      { ipv4: { cidrs: ['10.0.0/8', '10.0.0.0/28'], maskSize: 24 } },
      'ipv4: Expected a CIDR, got "10.0.0/8": Expected an IP address (Invalid IPv4 address), got "10.0.0"; ' +
        'ipv4: Expected a mask size from 28 to 32 for 10.0.0.0/28, got 24',
    ],
  ])('should refuse %j and name every mistake', (config, message) => {
    expect(() => readClusterPoolConfig(config)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message }),
    );
  });

  it('should refuse overlap, host bits dropped', () => {
    expect(() =>
      readClusterPoolConfig({ ipv4: { cidrs: ['10.0.0.0/16', '10.0.9.9/24'], maskSize: 26 } }),
    ).toThrow(
      expect.objectContaining({
        code: 'cidr-collision',
        message: 'requested CIDR 10.0.9.0/24 collides with 10.0.0.0/16',
      }),
    );
  });
});
