import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cidr } from '../../ip/index.ts';
import { seeded } from '../../stats/index.ts';
import { HostLocalSource } from './host-local-source.ts';
import { HostLocalPlugin } from './testing/host-local-plugin.ts';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'clb-host-local-')), 'net');
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

function pod(containerId: string) {
  return { containerId, ifname: 'eth0' };
}

/** Ours and the real one on the same folder. */
async function both(...rangeSets: string[][]) {
  const families = rangeSets.map(([first]) => Cidr.parseExact(first!).family);
  const ours = new HostLocalSource({ folder, families });
  ours.grow(rangeSets.flat().map((text) => Cidr.parseExact(text)));
  const plugin = await HostLocalPlugin.open(folder, rangeSets);
  return {
    ours: {
      add: async (id: string) => ours.allocate(pod(id)).lease.ips.join(' '),
      del: async (id: string) => void (await ours.release(pod(id))),
    },
    plugin,
    source: ours,
  };
}

function files(): string[] {
  return readdirSync(folder).filter((name) => name !== 'lock' && !name.startsWith('last_reserved_ip.'));
}

describe('HostLocalSource beside the real host-local', () => {
  it('should decide as the plugin whichever of them is asked', async () => {
    const { ours, plugin } = await both(['10.1.0.0/28', '10.2.0.0/29'], ['fd00::/124']);
    const random = seeded(1);
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
    const free = [
      ...Array.from({ length: 13 }, (_, i) => `10.1.0.${i + 2}`),
      ...Array.from({ length: 5 }, (_, i) => `10.2.0.${i + 2}`),
    ];
    const v6 = Array.from({ length: 14 }, (_, i) => `fd00::${(i + 2).toString(16)}`);
    const held = new Map<string, string>();
    /** Round robin on lists, which is all there is to it. */
    const next = { v4: 0, v6: 0 };
    const expected = (): string | undefined => {
      const taken = new Set([...held.values()].flatMap((ips) => ips.split(' ')));
      const at = (list: readonly string[], from: number) =>
        list.map((_, i) => (from + i) % list.length).find((i) => !taken.has(list[i]!));
      const [a, b] = [at(free, next.v4), at(v6, next.v6)];
      // The first family's turn is over even when the second has nothing.
      if (a !== undefined) next.v4 = a + 1;
      if (a === undefined || b === undefined) return undefined;
      next.v6 = b + 1;
      return `${free[a]} ${v6[b]}`;
    };
    for (let step = 0; step < 250; step++) {
      const side = pick([ours, plugin]);
      if (held.size > 0 && random.float() < (step < 40 ? 0.1 : 0.5)) {
        const id = pick([...held.keys()]);
        await side.del(id);
        held.delete(id);
      } else {
        const ips = expected();
        const answer = side.add(`c${step}`);
        if (ips === undefined) {
          await expect(answer).rejects.toThrow(
            'failed to allocate for range 1: no IP addresses available in range set: fd00::1-fd00::f',
          );
        } else {
          expect(await answer).toBe(ips);
          held.set(`c${step}`, ips);
        }
      }
      expect(files().sort()).toEqual([...held.values()].flatMap((ips) => ips.split(' ')).sort());
    }
  });

  it('should be checked and freed by the plugin, and free what the plugin gave', async () => {
    const { ours, plugin, source } = await both(['10.1.0.0/24']);
    await ours.add('a');
    await plugin.check('a');
    await plugin.del('a');
    await expect(plugin.check('a')).rejects.toThrow(
      'host-local: Failed to find address added by container a',
    );
    expect(source.lease(pod('a'))).toBeUndefined();
    await plugin.add('b');
    expect(source.lease(pod('b'))?.ips.join()).toBe('10.1.0.3');
    await ours.del('b');
    await expect(plugin.check('b')).rejects.toThrow('Failed to find address');
    expect(files()).toEqual([]);
  });

  it('should give an owner the same again where the plugin refuses', async () => {
    const { ours, plugin } = await both(['10.1.0.0/24']);
    await plugin.add('a');
    expect(await ours.add('a')).toBe('10.1.0.2');
    await expect(plugin.add('a')).rejects.toThrow(
      'failed to allocate for range 0: 10.1.0.2 has been allocated to a, duplicate allocation is not allowed',
    );
  });

  it('should give no address twice when both are called at once', async () => {
    const { ours, plugin } = await both(['10.1.0.0/24']);
    const calls: Promise<string>[] = [];
    for (let i = 0; i < 40; i++) {
      calls.push(plugin.add(`p${i}`), ours.add(`o${i}`));
      await turn();
    }
    const all = await Promise.all(calls);
    expect(new Set(all).size).toBe(80);
    expect(files().sort()).toEqual(all.toSorted());
    const ends: Promise<void>[] = [];
    for (let i = 0; i < 40; i++) {
      ends.push(plugin.del(`o${i}`), ours.del(`p${i}`));
      await turn();
    }
    await Promise.all(ends);
    expect(files()).toEqual([]);
  });
});
