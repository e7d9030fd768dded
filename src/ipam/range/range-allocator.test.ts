import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { RangeAllocator } from './range-allocator.ts';
import { type RangeConfig, readRangeConfig } from './range-config.ts';

function allocator(config: RangeConfig): RangeAllocator {
  return new RangeAllocator(readRangeConfig(config));
}

function node(name: string) {
  return { name, labels: {} };
}

function listed(...texts: string[]): Cidr[] {
  return texts.map((text) => Cidr.parseExact(text));
}

const FULL =
  'failed to allocate cidr from cluster cidr at idx:0: CIDR allocation failed; there are no remaining CIDRs left ' +
  'to allocate in the accepted range';
const TWO = { ipv4: { cidrs: ['10.0.0.0/23'], maskSize: 24 } };

describe('RangeAllocator', () => {
  it('should give 256 nodes a /24 of 10.0.0.0/16 and refuse node 257 in the words of Kubernetes', () => {
    const range = allocator({ ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 } });
    for (let i = 0; i < 256; i++) {
      expect(range.allocate(node(`n${i}`)).map(String)).toEqual([`10.0.${i}.0/24`]);
    }
    const refused = () => range.allocate(node('n256'));
    expect(refused).toThrow(new IpamError('node-cidr-full', FULL));
    range.release('n7');
    expect(range.allocate(node('n256')).map(String)).toEqual(['10.0.7.0/24']);
  });

  it('should give a CIDR that came back after all others', () => {
    const range = allocator({ ipv4: { cidrs: ['10.0.0.0/22'], maskSize: 24 } });
    const take = (name: string) => range.allocate(node(name)).join();
    expect([take('a'), take('b')]).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
    range.release('a');
    expect([take('c'), take('d'), take('e')]).toEqual(['10.0.2.0/24', '10.0.3.0/24', '10.0.0.0/24']);
  });

  it('should keep what Services have from nodes', () => {
    const range = allocator({ ...TWO, serviceCidrs: ['10.0.0.0/28', '10.96.0.0/16'] });
    expect(range.allocate(node('a')).join()).toBe('10.0.1.0/24');
    expect(range.fill()).toMatchObject([{ capacity: 2n, used: 2 }]);
  });

  it('should take every piece that the CIDR of an object overlaps, and free them with the node', () => {
    const range = allocator({ ipv4: { cidrs: ['10.0.0.0/22'], maskSize: 24 } });
    range.occupy(node('wide'), listed('10.0.0.0/23'));
    range.occupy(node('narrow'), listed('10.0.2.128/28'));
    expect(range.allocate(node('a')).join()).toBe('10.0.3.0/24');
    range.release('wide');
    range.release('narrow');
    expect(range.fill()).toMatchObject([{ used: 1 }]);
  });

  it('should free for others what two objects list as soon as the first of them leaves', () => {
    const range = allocator(TWO);
    range.occupy(node('a'), listed('10.0.0.0/24'));
    range.occupy(node('b'), listed('10.0.0.0/24'));
    range.release('a');
    expect(range.allocate(node('c')).join()).toBe(range.cidrsOf('b').join());
  });

  it('should name the CIDR of an object that lies in no cluster CIDR, and keep those before it', () => {
    const range = allocator({ ...TWO, ipv6: { cidrs: ['fd00::/60'], maskSize: 64 } });
    const start = () => range.occupy(node('a'), listed('10.0.0.0/24', 'fd01::/64'));
    expect(start).toThrow(
      'failed to mark cidr[fd01::/64] at idx [1] as occupied for node: a: cidr fd01::/64 is out the range of cluster cidr fd00::/60',
    );
    expect(range.allocate(node('b'))[0]?.toString()).toBe('10.0.1.0/24');
    expect(() => allocator(TWO).occupy(node('a'), listed('10.0.0.0/24', 'fd00::/64'))).toThrow(
      'node:a has an allocated cidr: fd00::/64 at index:1 that does not exist in cluster cidrs configuration',
    );
  });

  it('should lose a piece of the first cluster CIDR at every try while the second is full, until a restart', () => {
    const config = {
      ipv4: { cidrs: ['10.0.0.0/22'], maskSize: 24 },
      ipv6: { cidrs: ['fd00::/64'], maskSize: 64 },
    };
    const range = allocator(config);
    const first = range.allocate(node('a'));
    for (const used of [2, 3, 4]) {
      expect(() => range.allocate(node('b'))).toThrow(FULL.replace('idx:0', 'idx:1'));
      expect(range.fill()[0]).toMatchObject({ used });
    }
    expect(() => range.allocate(node('b'))).toThrow(FULL);
    const restarted = allocator(config);
    restarted.occupy(node('a'), first);
    expect(restarted.fill()[0]).toMatchObject({ used: 1 });
  });
});
