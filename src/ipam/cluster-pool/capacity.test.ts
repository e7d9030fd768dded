import { describe, expect, it } from 'vitest';
import { capacityOf } from './capacity.ts';
import { readClusterPoolConfig } from './cluster-pool-config.ts';

describe('capacityOf', () => {
  it('should count what two /24 at mask 26 hold: eight nodes of 62 pods', () => {
    const spec = readClusterPoolConfig({
      ipv4: { cidrs: ['10.20.30.40/24', '50.60.70.80/24'], maskSize: 26 },
    });
    expect(capacityOf(spec)).toMatchObject({ nodes: 8n, podsPerNode: 62n, pods: 496n, limitedBy: 'ipv4' });
    expect(capacityOf(spec).families[0]).toMatchObject({ addresses: 512n, reserved: 16n });
  });

  it('should end with the family that ends first', () => {
    const spec = readClusterPoolConfig({
      ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 },
      ipv6: { cidrs: ['fd00::/110'], maskSize: 112 },
    });
    expect(capacityOf(spec)).toMatchObject({ nodes: 4n, podsPerNode: 254n, limitedBy: 'ipv6', pods: 1016n });
    expect(capacityOf(spec, 110)).toMatchObject({ podsPerNode: 110n, pods: 440n });
  });
});
