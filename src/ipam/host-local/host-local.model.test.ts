import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { HostLocalSource } from './host-local-source.ts';

const CIDRS = ['10.1.0.0/29', 'fd00::/125', '10.2.0.0/30', 'fd01::/126'];
/** Behind the gateways, in order, by the number of CIDRs the node has. */
const V4 = ['10.1.0.2', '10.1.0.3', '10.1.0.4', '10.1.0.5', '10.1.0.6', '10.2.0.2'];
const V6 = ['fd00::2', 'fd00::3', 'fd00::4', 'fd00::5', 'fd00::6', 'fd00::7', 'fd01::2', 'fd01::3'];

/** The source beside a map of files and two pointers. */
class Bench implements AsyncDisposable {
  readonly folder = path.join(mkdtempSync(path.join(tmpdir(), 'clb-host-local-')), 'net');
  readonly files = new Map<string, string>();
  readonly last: (string | undefined)[] = [undefined, undefined];
  cidrs = 2;
  source = this.open();

  open(): HostLocalSource {
    const source = new HostLocalSource({ folder: this.folder, families: ['ipv4', 'ipv6'] });
    source.grow(CIDRS.slice(0, this.cidrs).map((text) => Cidr.parseExact(text)));
    return source;
  }

  all(family: 0 | 1): readonly string[] {
    if (family === 0) return this.cidrs > 2 ? V4 : V4.slice(0, 5);
    return this.cidrs > 3 ? V6 : V6.slice(0, 6);
  }

  held(content: string): string[] {
    return [...this.files].filter(([, other]) => other === content).map(([ip]) => ip);
  }

  next(family: 0 | 1): string | undefined {
    const all = this.all(family);
    const from = this.last[family] === undefined ? 0 : all.indexOf(this.last[family]) + 1;
    return [...all.slice(from), ...all.slice(0, from)].find((ip) => !this.files.has(ip));
  }

  /** What a lease is made of, one family after the other; undefined when one has nothing. */
  expected(content: string): string[] | undefined {
    const had = this.held(content);
    const taken: string[] = [];
    for (const family of [0, 1] as const) {
      if (had.some((ip) => ip.includes(':') === (family === 1))) continue;
      const ip = this.next(family);
      if (ip === undefined) {
        for (const done of taken) this.files.delete(done);
        return undefined;
      }
      taken.push(ip);
      this.files.set(ip, content);
      this.last[family] = ip;
    }
    return this.held(content);
  }

  add(id: string): void {
    const expected = this.expected(`${id}\r\neth0`);
    try {
      const { lease } = this.source.allocate({ containerId: id, ifname: 'eth0' });
      expect(lease.ips.map(String).sort()).toEqual(expected?.sort());
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      expect([error.code, expected]).toEqual(['pool-full', undefined]);
    }
  }

  async remove(id: string): Promise<void> {
    const had = this.held(`${id}\r\neth0`);
    const lease = await this.source.release({ containerId: id, ifname: 'eth0' });
    expect((lease?.ips ?? []).map(String).sort()).toEqual(had.sort());
    for (const ip of had) this.files.delete(ip);
  }

  /** A plugin that was killed between the families. */
  halfway(id: string): void {
    const ip = this.next(0);
    if (ip === undefined || this.held(`${id}\r\neth0`).length > 0) return;
    writeFileSync(path.join(this.folder, ip), `${id}\r\neth0`);
    writeFileSync(path.join(this.folder, 'last_reserved_ip.0'), ip);
    this.files.set(ip, `${id}\r\neth0`);
    this.last[0] = ip;
  }

  /** A plugin's DEL. */
  removeElsewhere(id: string): void {
    for (const ip of this.held(`${id}\r\neth0`)) {
      rmSync(path.join(this.folder, ip));
      this.files.delete(ip);
    }
  }

  /** Killed and started anew: the files are all there is. */
  async restart(): Promise<void> {
    await this.source[Symbol.asyncDispose]();
    this.source = this.open();
  }

  grow(): void {
    const cidr = CIDRS[this.cidrs];
    if (cidr === undefined) return;
    this.cidrs++;
    this.source.grow([Cidr.parseExact(cidr)]);
  }

  check(): void {
    const names = readdirSync(this.folder).filter((name) => !/^(lock|last_reserved_ip\..*)$/.test(name));
    const read = names.map((name) => [name, readFileSync(path.join(this.folder, name), 'utf8')] as const);
    expect(new Map(read)).toEqual(new Map([...this.files].sort()));
    const leases = [...this.source.leases()].flatMap(({ ips }) => ips.map(String));
    expect(leases.sort()).toEqual([...this.files.keys()].sort());
    const [v4, v6] = this.source.stats();
    expect([v4!.used + v6!.used, v4!.capacity, v6!.capacity]).toEqual([
      this.files.size,
      this.all(0).length,
      this.all(1).length,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]();
    rmSync(path.dirname(this.folder), { recursive: true });
  }
}

const id = fc.integer({ min: 0, max: 9 }).map((n) => `c${n}`);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), id }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('halfway' as const, 'removeElsewhere' as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'grow' as const) }) },
);

describe('HostLocalSource against a plain model', () => {
  it('should have in its files and in memory what a map of files says, whoever wrote them', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
      await using bench = new Bench();
      for (const one of steps) {
        if ('id' in one) await bench[one.do](one.id);
        else await bench[one.do]();
        bench.check();
      }
    });
    await fc.assert(property, { numRuns: 50 });
  });
});
