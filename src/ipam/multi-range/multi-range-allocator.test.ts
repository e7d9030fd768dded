import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import type { ClusterCidrSpec } from './cluster-cidr.ts';
import { MultiRangeAllocator } from './multi-range-allocator.ts';
import type { SelectorRequirement } from './node-selector.ts';

const everywhere = { nodeSelectorTerms: [] };

function selector(...matchExpressions: SelectorRequirement[]) {
  return { nodeSelectorTerms: [{ matchExpressions }] };
}

function inZone(...values: string[]) {
  return selector({ key: 'zone', operator: 'In', values });
}

function allocator(...clusterCidrs: ClusterCidrSpec[]): MultiRangeAllocator {
  return new MultiRangeAllocator({ clusterCidrs, serviceCidrs: [] });
}

function node(name: string, labels: Record<string, string> = {}) {
  return { name, labels };
}

/** The ClusterCIDR a node would get its CIDR from, when these have nothing in common but room. */
function firstOf(labels: Record<string, string>, ...specs: Omit<ClusterCidrSpec, 'name'>[]): string {
  const range = allocator(...specs.map((spec, i) => ({ ...spec, name: String(i) })));
  const [cidr] = range.allocate(node('n', labels));
  return range.fill().find((one) => one.cidr.contains(cidr!))!.pool;
}

describe('the order in which ClusterCIDRs are tried', () => {
  const four = { perNodeHostBits: 8, ipv4: '10.4.0.0/22' };
  const eight = { perNodeHostBits: 8, ipv4: '10.8.0.0/21' };

  it('should be that of more requirements first', () => {
    const both = selector({ key: 'zone', operator: 'Exists' }, { key: 'gpu', operator: 'DoesNotExist' });
    expect(
      firstOf({ zone: 'a' }, { ...four, nodeSelector: inZone('a') }, { ...eight, nodeSelector: both }),
    ).toBe('1');
  });

  it('should then be that of less room first, whatever is free', () => {
    const specs = [
      { ...eight, name: 'wide', nodeSelector: everywhere },
      { ...four, name: 'narrow', nodeSelector: everywhere },
    ];
    const range = allocator(...specs);
    for (const [i, net] of ['10.4.0.0/24', '10.4.1.0/24', '10.4.2.0/24'].entries()) {
      range.occupy(node(`o${i}`), [Cidr.parseExact(net)]);
    }
    expect(range.allocate(node('a')).join()).toBe('10.4.3.0/24');
    expect(range.allocate(node('b')).join()).toBe('10.8.0.0/24');
  });

  it('should then be that of smaller pieces first', () => {
    const small = { perNodeHostBits: 4, ipv4: '10.9.0.0/26', nodeSelector: everywhere };
    expect(firstOf({}, { ...four, nodeSelector: everywhere }, small)).toBe('1');
  });

  it('should then be that of the lower selector as text, then of the lower CIDR as text', () => {
    const other = { perNodeHostBits: 8, ipv4: '10.16.0.0/22' };
    expect(
      firstOf(
        { zone: 'b' },
        { ...four, nodeSelector: inZone('b', 'c') },
        { ...other, nodeSelector: inZone('a', 'b') },
      ),
    ).toBe('1');
    expect(firstOf({}, { ...four, nodeSelector: everywhere }, { ...other, nodeSelector: everywhere })).toBe(
      '1',
    );
  });

  it('should end with those without a selector, the eldest first', () => {
    expect(firstOf({}, eight, four)).toBe('0');
    expect(firstOf({}, four, { ...eight, nodeSelector: everywhere })).toBe('1');
  });
});

describe('MultiRangeAllocator', () => {
  it('should give both families from one ClusterCIDR, with the same host bits', () => {
    const range = allocator({ name: 'dual', perNodeHostBits: 8, ipv4: '10.0.0.0/23', ipv6: 'fd00::/119' });
    expect(range.allocate(node('a')).map(String)).toEqual(['10.0.0.0/24', 'fd00::/120']);
    expect(range.allocate(node('a')).map(String)).toEqual(['10.0.0.0/24', 'fd00::/120']);
  });

  it('should lose an IPv4 piece at every try of a ClusterCIDR whose IPv6 is full, and go on with the next', () => {
    const range = allocator(
      { name: 'dual', perNodeHostBits: 8, ipv4: '10.0.0.0/22', ipv6: 'fd00::/120', nodeSelector: everywhere },
      { name: 'last', perNodeHostBits: 8, ipv4: '10.1.0.0/22' },
    );
    range.allocate(node('a'));
    expect(range.allocate(node('b')).map(String)).toEqual(['10.1.0.0/24']);
    expect(range.fill().map(({ used }) => used)).toEqual([2, 1, 1]);
  });

  it('should give no address twice when ClusterCIDRs overlap, whatever their sizes', () => {
    const range = allocator(
      { name: 'small', perNodeHostBits: 6, ipv4: '10.0.0.0/24', nodeSelector: inZone('a') },
      { name: 'large', perNodeHostBits: 8, ipv4: '10.0.0.0/23', nodeSelector: inZone('b') },
    );
    expect(range.allocate(node('a', { zone: 'a' })).join()).toBe('10.0.0.0/26');
    expect(range.allocate(node('b', { zone: 'b' })).join()).toBe('10.0.1.0/24');
    expect(() => range.allocate(node('c', { zone: 'b' }))).toThrow(
      'failed to get cidrs for node c: no available CIDRs in large',
    );
  });

  it('should say when nothing selects a node', () => {
    const range = allocator({
      name: 'a',
      perNodeHostBits: 8,
      ipv4: '10.0.0.0/22',
      nodeSelector: inZone('a'),
    });
    expect(() => range.allocate(node('b', { zone: 'b' }))).toThrow(
      'failed to get cidrs for node b: no ClusterCIDR selects it',
    );
  });

  it('should keep a deleted ClusterCIDR until its last node is gone, and allocate nothing from it', () => {
    const range = allocator({ name: 'old', perNodeHostBits: 8, ipv4: '10.0.0.0/22' });
    range.allocate(node('a'));
    expect(range.removeClusterCidr('old')).toEqual(['a']);
    expect([...range.clusterCidrs]).toMatchObject([{ name: 'old', terminating: true }]);
    expect(() => range.allocate(node('b'))).toThrow('no ClusterCIDR selects it');
    range.addClusterCidr({ name: 'new', perNodeHostBits: 8, ipv4: '10.0.0.0/22' });
    expect(range.allocate(node('b')).join()).toBe('10.0.1.0/24');
    range.release('a');
    expect(range.removeClusterCidr('old')).toEqual([]);
    expect([...range.clusterCidrs]).toMatchObject([{ name: 'new', terminating: false }]);
  });

  it('should take up the nodes of a deleted ClusterCIDR after a restart', () => {
    const restarted = allocator({ name: 'old', perNodeHostBits: 8, ipv4: '10.0.0.0/22' });
    restarted.occupy(node('a'), [Cidr.parseExact('10.0.0.0/24')]);
    expect(restarted.removeClusterCidr('old')).toEqual(['a']);
    restarted.occupy(node('a'), [Cidr.parseExact('10.0.0.0/24')]);
    restarted.release('a');
    expect(restarted.removeClusterCidr('old')).toEqual([]);
  });

  it('should lose the CIDRs of a node whose labels match no more when it leaves', () => {
    const range = allocator({
      name: 'a',
      perNodeHostBits: 8,
      ipv4: '10.0.0.0/22',
      nodeSelector: inZone('a'),
    });
    const cidrs = range.allocate(node('n', { zone: 'a' }));
    expect(() => range.occupy(node('n', { zone: 'b' }), cidrs)).toThrow(
      'could not occupy cidrs: [10.0.0.0/24], No matching ClusterCIDRs found',
    );
    range.release('n');
    expect(range.fill()).toMatchObject([{ used: 1 }]);
    expect(range.removeClusterCidr('a')).toEqual(['n']);
  });

  it('should keep what Services have from nodes in the ClusterCIDRs of its start, and in no later one', () => {
    const serviceCidrs = [Cidr.parseExact('10.0.0.0/24')];
    const range = new MultiRangeAllocator({
      clusterCidrs: [{ name: 'a', perNodeHostBits: 8, ipv4: '10.0.0.0/23' }],
      serviceCidrs,
    });
    expect(range.allocate(node('a')).join()).toBe('10.0.1.0/24');
    const empty = new MultiRangeAllocator({ clusterCidrs: [], serviceCidrs });
    empty.addClusterCidr({ name: 'a', perNodeHostBits: 8, ipv4: '10.0.0.0/23' });
    expect(empty.allocate(node('a')).join()).toBe('10.0.0.0/24');
  });

  it.each([
    [{}, 'one or both of `ipv4` and `ipv6` must be specified'],
    [{ ipv4: 'fd00::/64' }, 'Expected an ipv4 CIDR, got fd00::/64'],
    [{ ipv4: '10.0.0.0/30' }, 'Expected perNodeHostBits from 4 to 2 for 10.0.0.0/30, got 8'],
    [
      { ipv6: 'fd00::/64' },
      'Creation of New CIDR Set failed for fd00::/64. PerNodeMaskSize 120 is too big for CIDR Mask 64, Maximum difference allowed is 16',
    ],
  ])('should refuse the ClusterCIDR %o', (families, problem) => {
    expect(() => allocator({ name: 'a', perNodeHostBits: 8, ...families })).toThrow(
      `ClusterCIDR a: ${problem}`,
    );
  });
});
