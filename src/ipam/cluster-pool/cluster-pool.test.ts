import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { ClusterPool } from './cluster-pool.ts';
import { type ClusterPoolConfig, readClusterPoolConfig } from './cluster-pool-config.ts';

const poolOf = (config: ClusterPoolConfig) => new ClusterPool(readClusterPoolConfig(config));
const ipv4 = (maskSize: number, ...cidrs: string[]) => poolOf({ ipv4: { cidrs, maskSize } });
const list = (...texts: string[]) => texts.map((text) => Cidr.parseExact(text));
const FULL = expect.objectContaining({ code: 'node-cidr-full', failure: 'node-cidr-full' });

describe('ClusterPool', () => {
  it('should give four nodes from each of two /24 at mask 26, and starve the ninth', () => {
    const pool = ipv4(26, '10.20.30.40/24', '50.60.70.80/24');
    const given = Array.from({ length: 8 }, (_, n) => pool.allocateNode(`n${n}`).join(' '));
    expect(given).toEqual([
      '10.20.30.0/26',
      '10.20.30.64/26',
      '10.20.30.128/26',
      '10.20.30.192/26',
      '50.60.70.0/26',
      '50.60.70.64/26',
      '50.60.70.128/26',
      '50.60.70.192/26',
    ]);
    expect(() => pool.allocateNode('n8')).toThrow(FULL);
    expect(pool.waiting).toEqual(['n8']);
    const { served } = pool.releaseNode('n5');
    expect(served.map(({ node, cidrs }) => `${node} ${cidrs}`)).toEqual(['n8 50.60.70.64/26']);
    expect(pool.waiting).toEqual([]);
  });

  it('should serve those who wait in the order in which they came', () => {
    const pool = ipv4(25, '10.0.0.0/24');
    for (const node of ['a', 'b']) pool.allocateNode(node);
    for (const node of ['c', 'd', 'e', 'c']) expect(() => pool.allocateNode(node)).toThrow(FULL);
    pool.releaseNode('d');
    expect(pool.releaseNode('a').served.map(({ node }) => node)).toEqual(['c']);
    expect(pool.grow(Cidr.parseExact('10.1.0.0/25')).served.map(({ node }) => node)).toEqual(['e']);
  });

  it('should hand out a freed CIDR after the ones never used', () => {
    const pool = ipv4(26, '10.0.0.0/24');
    pool.allocateNode('a');
    pool.releaseNode('a');
    expect(['b', 'c', 'd', 'e'].map((node) => pool.allocateNode(node).join())).toEqual([
      '10.0.0.64/26',
      '10.0.0.128/26',
      '10.0.0.192/26',
      '10.0.0.0/26',
    ]);
  });

  it('should give both families or none', () => {
    const pool = poolOf({
      ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 26 },
      ipv6: { cidrs: ['fd00::/111'], maskSize: 112 },
    });
    expect(pool.allocateNode('a').join(' ')).toBe('10.0.0.0/26 fd00::/112');
    pool.allocateNode('b');
    expect(() => pool.allocateNode('c')).toThrow(FULL);
    expect(pool.stats().map(({ used }) => used)).toEqual([2, 2]);
    expect(pool.cidrsOf('c')).toEqual([]);
    expect(pool.releaseNode('b').served.map(({ node, cidrs }) => `${node} ${cidrs.length}`)).toEqual(['c 2']);
  });

  it('should add the family that a node lacks', () => {
    const pool = poolOf({
      ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 26 },
      ipv6: { cidrs: ['fd00::/104'], maskSize: 112 },
    });
    pool.occupy('a', list('10.0.0.64/26'));
    expect(pool.allocateNode('a').join(' ')).toBe('10.0.0.64/26 fd00::/112');
  });

  it('should take what nodes have, several CIDRs too, and give it to nobody else', () => {
    const pool = ipv4(26, '10.0.0.0/24');
    pool.occupy('a', list('10.0.0.0/26', '10.0.0.128/26'));
    pool.occupy('a', list('10.0.0.0/26', '10.0.0.128/26'));
    expect(pool.allocateNode('a').join(' ')).toBe('10.0.0.0/26 10.0.0.128/26');
    expect(['b', 'c'].map((node) => pool.allocateNode(node).join())).toEqual([
      '10.0.0.64/26',
      '10.0.0.192/26',
    ]);
  });

  it.each([
    ['10.9.0.0/26', 'cidr-outside', 'allocator not configured for the requested CIDR 10.9.0.0/26'],
    ['10.0.0.0/26', 'cidr-taken', 'requested CIDR (10.0.0.0/26) is already allocated'],
    ['10.0.0.64/27', 'cidr-mask', 'mask size 26 of 10.0.0.0/24 does not fit the requested CIDR 10.0.0.64/27'],
    [
      'fd00::/112',
      'no-allocator',
      'unable to allocate CIDR fd00::/112 since allocator for ipv6 addresses does not exist',
    ],
  ])('should refuse to occupy %s: %s', (cidr, code, message) => {
    const pool = ipv4(26, '10.0.0.0/24');
    pool.occupy('a', list('10.0.0.0/26'));
    expect(() => pool.occupy('b', list(cidr))).toThrow(expect.objectContaining({ code, message }));
    expect(() => pool.allocateNode('b')).toThrow(expect.objectContaining({ code }));
    expect(pool.waiting).toEqual([]);
  });

  it('should refuse a list other than what it gave, and stay with what it gave', () => {
    const pool = ipv4(26, '10.0.0.0/24');
    pool.allocateNode('a');
    expect(() => pool.occupy('a', list('10.0.0.192/26'))).toThrow(
      expect.objectContaining({
        code: 'cidr-conflict',
        message: 'node has CIDRs allocated (10.0.0.0/26) that conflict with requested CIDRs 10.0.0.192/26',
      }),
    );
    expect(pool.cidrsOf('a').join()).toBe('10.0.0.0/26');
    pool.occupy('a', []);
    expect(pool.allocateNode('a').join()).toBe('10.0.0.0/26');
  });

  it('should not hand out what a refused CIDR overlaps, as long as it stands there', () => {
    const pool = ipv4(26, '10.0.0.0/24');
    expect(() => pool.occupy('old', list('10.0.0.0/25'))).toThrow();
    expect(['a', 'b'].map((node) => pool.allocateNode(node).join())).toEqual([
      '10.0.0.128/26',
      '10.0.0.192/26',
    ]);
    expect(() => pool.allocateNode('c')).toThrow(FULL);
    const { served } = pool.releaseNode('old');
    expect(served.map(({ node, cidrs }) => `${node} ${cidrs}`)).toEqual(['c 10.0.0.0/26']);
  });

  it('should settle a conflict when the other node leaves, before it serves those who wait', () => {
    const pool = ipv4(25, '10.0.0.0/24');
    pool.occupy('a', list('10.0.0.0/25'));
    expect(() => pool.occupy('b', list('10.0.0.0/25'))).toThrow();
    pool.allocateNode('c');
    expect(() => pool.allocateNode('d')).toThrow(FULL);
    expect(pool.releaseNode('a')).toEqual({ served: [], resolved: ['b'] });
    expect(pool.conflictOf('b')).toBeUndefined();
    expect(pool.cidrsOf('b').join()).toBe('10.0.0.0/25');
  });

  it('should cost nothing for 2^64 node CIDRs', () => {
    const pool = poolOf({ ipv6: { cidrs: ['fd00::/48'], maskSize: 112 } });
    pool.occupy('far', list('fd00:0:0:ffff:ffff:ffff:ffff:0/112'));
    expect(pool.allocateNode('a').join()).toBe('fd00::/112');
    expect(pool.releaseNode('far').served).toEqual([]);
    expect(pool.stats()[0]).toMatchObject({ size: 2n ** 64n, used: 1 });
  });
});
