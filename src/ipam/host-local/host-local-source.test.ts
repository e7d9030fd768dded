import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cidr, Ip } from '../../ip/index.ts';
import { HostLocalSource } from './host-local-source.ts';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'clb-host-local-')), 'net');
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

function open(...cidrs: string[]): HostLocalSource {
  const parsed = cidrs.map((text) => Cidr.parseExact(text));
  const families = [...new Set(parsed.map(({ family }) => family))];
  const source = new HostLocalSource({ folder, families });
  source.grow(parsed);
  return source;
}

function pod(containerId: string) {
  return { containerId, ifname: 'eth0' };
}

function take(source: HostLocalSource, id: string, ...requested: string[]): string {
  return source
    .allocate(
      pod(id),
      requested.map((text) => Ip.parse(text)),
    )
    .lease.ips.join(' ');
}

/** What another process does. */
function put(ip: string, content: string): void {
  writeFileSync(path.join(folder, ip), content, { flag: 'wx' });
}

describe('HostLocalSource', () => {
  it('should leave on disk what the plugin would', () => {
    const source = open('10.1.0.0/24', 'fd00::/64');
    expect(take(source, 'c1')).toBe('10.1.0.2 fd00::2');
    expect(readdirSync(folder).sort()).toEqual([
      '10.1.0.2',
      'fd00::2',
      'last_reserved_ip.0',
      'last_reserved_ip.1',
      'lock',
    ]);
    const read = (name: string) => readFileSync(path.join(folder, name), 'latin1');
    expect(read('10.1.0.2')).toBe('c1\r\neth0');
    expect(read('last_reserved_ip.1')).toBe('fd00::2');
    const mode = (name: string) => statSync(path.join(folder, name)).mode & 0o777;
    expect([mode('.'), mode('10.1.0.2'), mode('last_reserved_ip.0')]).toEqual([0o755, 0o600, 0o600]);
  });

  it('should go round from the address reserved last, past the gateway', async () => {
    const source = open('10.1.0.0/29');
    expect(['a', 'b', 'c', 'd', 'e'].map((id) => take(source, id))).toEqual(
      [2, 3, 4, 5, 6].map((n) => `10.1.0.${n}`),
    );
    for (const id of ['b', 'a']) await source.release(pod(id));
    expect(take(source, 'f')).toBe('10.1.0.2');
    await source.release(pod('f'));
    expect(take(source, 'g')).toBe('10.1.0.3');
  });

  it('should go on in the next CIDR when one is used up, and in the words of the plugin when all are', () => {
    const source = open('10.1.0.0/30', '10.2.0.0/30');
    expect([take(source, 'a'), take(source, 'b')]).toEqual(['10.1.0.2', '10.2.0.2']);
    expect(() => take(source, 'c')).toThrow(
      'failed to allocate for range 0: no IP addresses available in range set: 10.1.0.1-10.1.0.2,10.2.0.1-10.2.0.2',
    );
    expect(source.stats()).toEqual([{ family: 'ipv4', capacity: 2, used: 2, cooling: 0, free: 0 }]);
  });

  it('should give pods the first address as well when the gateway is elsewhere', () => {
    const source = new HostLocalSource({ folder, families: ['ipv4'], gateway: 'elsewhere' });
    source.grow([Cidr.parseExact('10.1.0.0/30')]);
    expect([take(source, 'a'), take(source, 'b')]).toEqual(['10.1.0.1', '10.1.0.2']);
  });

  it('should keep nothing of one family when the other is used up', () => {
    const source = open('10.1.0.0/24', 'fd00::/126');
    expect([take(source, 'a'), take(source, 'b')]).toEqual(['10.1.0.2 fd00::2', '10.1.0.3 fd00::3']);
    expect(() => take(source, 'c')).toThrow(
      'failed to allocate for range 1: no IP addresses available in range set: fd00::1-fd00::3',
    );
    expect(readdirSync(folder)).not.toContain('10.1.0.4');
    expect(take(open('10.1.0.0/24'), 'c')).toBe('10.1.0.5');
  });

  it('should give an owner the same again, and what is missing after a plugin ended half-way', () => {
    const source = open('10.1.0.0/24', 'fd00::/64');
    put('10.1.0.9', 'c1\r\neth0');
    const first = source.allocate(pod('c1'));
    expect([first.existing, first.lease.ips.join(' ')]).toEqual([false, '10.1.0.9 fd00::2']);
    const second = source.allocate(pod('c1'));
    expect([second.existing, second.lease.ips.join(' ')]).toEqual([true, '10.1.0.9 fd00::2']);
  });

  it('should see what others did, and free what is theirs when asked', async () => {
    const source = open('10.1.0.0/29');
    take(source, 'a');
    put('10.1.0.3', 'b\r\neth0');
    expect(source.leaseOf(Ip.parse('10.1.0.3'))?.owner).toEqual(pod('b'));
    expect(take(source, 'c')).toBe('10.1.0.4');
    rmSync(path.join(folder, '10.1.0.2'));
    expect(source.lease(pod('a'))).toBeUndefined();
    expect((await source.release(pod('b')))?.ips.join()).toBe('10.1.0.3');
    expect(await source.release(pod('b'))).toBeUndefined();
    expect(source.cidrStats()).toMatchObject([{ capacity: 5, used: 1 }]);
  });

  it('should read files of old versions, without an interface', async () => {
    const source = open('10.1.0.0/29');
    put('10.1.0.2', 'old');
    expect(source.lease(pod('old'))?.ips.join()).toBe('10.1.0.2');
    await source.release(pod('old'));
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('should not hand out an address whose file says nothing, which nobody will free', async () => {
    const source = open('10.1.0.0/30');
    put('10.1.0.2', '');
    expect(() => take(source, 'a')).toThrow('no IP addresses available');
    expect([...source.leases()]).toEqual([]);
  });

  it.each([
    ['10.1.0.1', "requested ip 10.1.0.1 is subnet's gateway"],
    ['10.2.0.1', 'failed to allocate all requested IPs: 10.2.0.1'],
    ['10.1.0.7', 'failed to allocate all requested IPs: 10.1.0.7'],
    [
      '10.1.0.2',
      'failed to allocate for range 0: requested IP address 10.1.0.2 is not available in range set 10.1.0.1-10.1.0.6',
    ],
    ['fd00::2', 'Expected an address of a family this network has, got ipv6'],
  ])('should refuse a request for %s', (ip, problem) => {
    const source = open('10.1.0.0/29');
    take(source, 'a');
    expect(() => take(source, 'b', ip)).toThrow(problem);
    expect(take(source, 'b', '10.1.0.6')).toBe('10.1.0.6');
    expect(() => take(source, 'b', '10.1.0.5')).toThrow('b holds 10.1.0.6, requested 10.1.0.5');
  });

  it('should refuse networks as the plugin does, and calls before there is one', () => {
    const source = new HostLocalSource({ folder, families: ['ipv4'] });
    expect(() => take(source, 'a')).toThrow('node has no ipv4 CIDR yet');
    expect(() => source.grow([Cidr.parseExact('10.1.0.0/31')])).toThrow(
      'Network 10.1.0.0/31 too small to allocate from',
    );
    source.grow([Cidr.parseExact('10.1.0.0/24'), Cidr.parseExact('10.1.0.0/24')]);
    expect(() => source.grow([Cidr.parseExact('10.1.0.0/25')])).toThrow(
      'requested CIDR 10.1.0.0/25 collides with 10.1.0.0/24',
    );
  });
});
