import { readFileSync } from 'node:fs';
import path from 'node:path';
import colors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { Cidr, usableSize } from '../../ip/index.ts';
import type { IpamView, NodeIpamView, PoolView } from '../../substrate/index.ts';
import { type RenderOptions, renderIpam } from './render.ts';

const show = (view: Partial<IpamView>, options: Partial<RenderOptions> = {}) =>
  renderIpam(
    { mode: 'cluster-pool', pools: [], nodes: [], waiting: [], ...view },
    {
      lab: 'default',
      now: Date.parse('2026-11-21T06:15:00Z'),
      width: 100,
      all: false,
      colors: colors.createColors(false),
      ...options,
    },
  );

/** Nodes n1, n2, ... with the pieces of these numbers, used to these shares. */
function nodes(
  cidr: string,
  mask: number,
  pieces: ReadonlyMap<number, number>,
  pool = 'default',
): NodeIpamView[] {
  return [...pieces].map(([piece, share], i) => {
    const own = Cidr.parse(cidr).cidr.subnet(mask, piece);
    const capacity = Number(usableSize(own));
    const used = Math.floor(capacity * share);
    return { node: `n${i + 1}`, cidrs: [{ pool, cidr: `${own}`, capacity, used, cooling: i % 2 }] };
  });
}

const pool = (
  fields: Partial<PoolView>,
  pieces: PoolView['pieces'],
  addresses: PoolView['addresses'],
): PoolView => ({
  pool: 'default',
  family: 'ipv4',
  cidr: '10.20.0.0/25',
  nodeMask: 28,
  ...fields,
  pieces,
  addresses,
});

describe('renderIpam', () => {
  test('draws pieces, free stretches, fill and who waits', () => {
    const pieces = new Map([
      [0, 1],
      [1, 0.5],
      [3, 0],
      [4, 0.75],
    ]);
    const text = show({
      pools: [
        pool(
          {},
          { total: 8, used: 4, largestFreeRun: 2 },
          { capacity: 112, reserved: 56, used: 31, cooling: 2 },
        ),
      ],
      nodes: [...nodes('10.20.0.0/25', 28, pieces), { node: 'n5', cidrs: [] }],
      waiting: [
        { node: 'n5', since: '2026-11-21T06:14:48.500Z', reason: 'no CIDR left' },
        { node: 'n6', since: null, reason: 'has no podCIDR yet' },
      ],
    });
    expect(text).toBe(`Lab default  ipam cluster-pool, 5 nodes, 2 wait

default  10.20.0.0/25 in pieces of /28
  10.20.0.0  █▓·░█···
  pieces     4 of 8 with nodes, 4 free
  free       largest block 2 (/27); 10.20.0.32/28, 10.20.0.80–10.20.0.127 (3)
  addresses  31 of 112 used, 2 resting, 23 reserved and unused

· free; with a node, its addresses used or resting: ░ up to 25 %, ▒ 50 %, ▓ 75 %, █ more

NODE  CIDR           USED   RESTING  FILL
n1    10.20.0.0/28   14/14           ██████████ 100 %
n2    10.20.0.16/28  7/14   1        █████░░░░░ 50 %
n3    10.20.0.48/28  0/14            ░░░░░░░░░░ 0 %
n4    10.20.0.64/28  10/14  1        ███████░░░ 71 %
n5    -

WAITING  FOR     BECAUSE
n5       11.5 s  no CIDR left
n6       ?       has no podCIDR yet
`);
  });

  test('names pools where there are several, and stays within a narrow terminal', () => {
    const small = { pool: 'small', cidr: '10.30.0.0/24' };
    const large = { pool: 'large', cidr: 'fd00:31::/104', nodeMask: 112, family: 'ipv6' } as const;
    const text = show(
      {
        mode: 'multi-pool',
        pools: [
          pool(
            small,
            { total: 16, used: 1, largestFreeRun: 8 },
            { capacity: 224, reserved: 14, used: 14, cooling: 0 },
          ),
          pool(
            large,
            { total: 256, used: 1, largestFreeRun: 128 },
            { capacity: 16_776_960, reserved: 65_535, used: 65_535, cooling: 0 },
          ),
        ],
        nodes: [
          {
            node: 'n1',
            cidrs: [
              ...nodes(small.cidr, 28, new Map([[4, 1]]), 'small')[0]!.cidrs,
              ...nodes(large.cidr, 112, new Map([[0, 1]]), 'large')[0]!.cidrs,
            ],
          },
        ],
        waiting: [{ node: 'n1', since: '2026-11-21T06:14:00Z', reason: 'pool small is full', pool: 'small' }],
      },
      { width: 60 },
    );
    expect(text).toBe(`Lab default  ipam multi-pool, 1 node, 1 waits

small  10.30.0.0/24 in pieces of /28
  10.30.0.0  ····█···········
  pieces     1 of 16 with nodes, 15 free
  free       largest block 8 (/25); 10.30.0.0–10.30.0.63
             (4), 10.30.0.80–10.30.0.255 (11)
  addresses  14 of 224 used, 0 resting, 0 reserved and
             unused

large  fd00:31::/104 in pieces of /112
  fd00:31::      ▒·······························
  fd00:31::40:0  ································
  fd00:31::80:0  ································
  fd00:31::c0:0  ································
  one sign: 2 pieces
  pieces     1 of 256 with nodes, 255 free
  free       largest block 128 (/105);
             fd00:31::1:0–fd00:31::ff:ffff (255)
  addresses  65,535 of 16,776,960 used, 0 resting, 0
             reserved and unused

· free; with a node, its addresses used or resting: ░ up to
25 %, ▒ 50 %, ▓ 75 %, █ more

NODE  CIDR           POOL   USED           FILL
n1    10.30.0.64/28  small  14/14          100 %
n1    fd00:31::/112  large  65,535/65,535  100 %

WAITING  FOR     POOL   BECAUSE
n1       60.0 s  small  pool small is full
`);
  });

  test('shows the fullest of thousands of nodes and the longest waits, and all when asked', () => {
    const view = {
      pools: [
        pool(
          { cidr: '10.0.0.0/11', nodeMask: 24 },
          { total: 8192, used: 5000, largestFreeRun: 2048 },
          { capacity: 2_080_768, reserved: 1_270_000, used: 635_000, cooling: 0 },
        ),
      ],
      nodes: nodes('10.0.0.0/11', 24, new Map(Array.from({ length: 5000 }, (_, i) => [i, (i % 100) / 99]))),
      waiting: Array.from({ length: 200 }, (_, i) => ({ node: `w${i}`, since: null, reason: 'full' })),
    };
    const lines = show(view).split('\n');
    expect(lines.length).toBeLessThan(65);
    expect(lines).toContain('the 32 fullest of 5,000 CIDRs, 50 of them full (--all shows the rest)');
    expect(lines).toContain('and 190 more (--all)');
    expect(show(view, { all: true }).split('\n').length).toBeGreaterThan(5200);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('draws what docs/labs.md shows', () => {
    const pieces = new Map([
      [0, 1],
      [1, 0.65],
      [2, 0.15],
      [3, 1],
    ]);
    const full = nodes('10.20.0.0/26', 28, pieces).map(({ node, cidrs }) => ({
      node,
      cidrs: cidrs.map((each) => ({ ...each, cooling: 0 })),
    }));
    const text = show({
      pools: [
        pool(
          { cidr: '10.20.0.0/26' },
          { total: 4, used: 4, largestFreeRun: 0 },
          { capacity: 56, reserved: 56, used: 39, cooling: 0 },
        ),
      ],
      nodes: [...full, { node: 'n5', cidrs: [] }],
      waiting: [
        {
          node: 'n5',
          since: '2026-11-21T06:14:48.500Z',
          reason:
            'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
        },
      ],
    });
    expect(readFileSync(path.join(import.meta.dirname, '../../../docs/labs.md'), 'utf8')).toContain(
      `\n${text}`,
    );
  });

  test('has no escape codes without colour, and the same words with', () => {
    const view = { nodes: nodes('10.20.0.0/25', 28, new Map([[0, 1]])) };
    const painted = show(view, { colors: colors.createColors(true) });
    expect(painted).toContain('\x1b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is taken out
    expect(painted.replace(/\x1b\[\d+m/g, '')).toBe(show(view));
  });
});
