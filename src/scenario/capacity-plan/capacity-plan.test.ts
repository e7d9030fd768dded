import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type LabFields, labSpec } from '../lab-spec.ts';
import { planLabCapacity } from './capacity-plan.ts';
import { daysUntil, parseGrowth } from './growth.ts';
import { renderCapacity } from './render-capacity.ts';
import { capacityToJson } from './to-json.ts';

const PLAIN = { bold: String, dim: String, yellow: String };
const GOLDEN = path.join(import.meta.dirname, '../testdata/capacity');
const NOW = new Date('2026-11-21T00:00:00Z');

const four = (cidr: string, nodeMask: number) => ({ cidrs: [cidr], nodeMask });

function answer(ipam: LabFields['ipam'], { nodes = 300, podsPerNode = 110, growth = '' } = {}) {
  return planLabCapacity({
    lab: labSpec({ ipam }),
    nodes,
    podsPerNode,
    growth: parseGrowth(growth),
    now: NOW,
  });
}

test.each([
  ['a large cluster', { pools: [four('10.0.0.0/8', 24)] }, { growth: '5/d' }],
  ['too many nodes', { pools: [four('10.0.0.0/16', 24)] }, {}],
  [
    'both families',
    { mode: 'range', pools: [four('10.0.0.0/14', 24), { cidrs: ['fd00::/48'], nodeMask: 64 }] },
    { growth: '10%/mo' },
  ],
  [
    'pieces as needed',
    { mode: 'multi-pool', pools: [four('10.0.0.0/16', 26)] },
    { nodes: 30, growth: '1/w' },
  ],
  [
    'two pools',
    {
      mode: 'multi-pool',
      pools: [
        { name: 'default', ...four('10.0.0.0/24', 28) },
        { name: 'large', ...four('10.1.0.0/20', 26) },
      ],
    },
    { nodes: 3 },
  ],
  [
    'a quota',
    { mode: 'cloud', pools: [four('10.0.0.0/16', 24)], provider: { quota: 100 } },
    { nodes: 90, growth: '1/d' },
  ],
] as const)('%s', async (name, ipam, rest) => {
  const text = renderCapacity(answer(ipam as unknown as LabFields['ipam'], rest), PLAIN);
  await expect(text).toMatchFileSnapshot(path.join(GOLDEN, `${name.replaceAll(' ', '-')}.txt`));
});

describe('planLabCapacity', () => {
  it('should account for every address', () => {
    const { pools } = answer({ pools: [four('10.0.0.0/16', 24)] });
    for (const { pods, families } of pools) {
      for (const { addresses, lostToPieces, lostToOtherFamily, lostToRounding } of families) {
        expect(pods + lostToPieces + lostToOtherFamily + lostToRounding).toBe(addresses);
      }
    }
  });

  it('should name the mask with most nodes of those that hold all pods', () => {
    const { masks } = answer({ pools: [four('10.0.0.0/16', 22)] }, { podsPerNode: 60 });
    expect(masks.filter(({ best }) => best).map(({ nodeMask }) => nodeMask)).toEqual([25]);
    const wide = answer({ pools: [four('10.0.0.0/16', 24)] }, { podsPerNode: 60 });
    expect(wide.masks.filter(({ best }) => best).map(({ nodeMask }) => nodeMask)).toEqual([26]);
  });

  it('should be JSON with numbers, and text where a number is not exact', () => {
    const found = JSON.parse(
      capacityToJson(answer({ pools: [{ cidrs: ['fd00::/40'], nodeMask: 64 }] }, { nodes: 1 })),
    );
    expect(found.fits).toEqual({ nodes: 16_777_216, pods: 1_845_493_760 });
    expect(found.pools[0].families[0].addresses).toBe((2n ** 88n).toString());
  });

  it('should refuse in the words of the allocator', () => {
    expect(() => answer({ mode: 'range', pools: [{ cidrs: ['fd00::/40'], nodeMask: 64 }] })).toThrow(
      'New CIDR set failed; the node CIDR size is too big',
    );
  });
});

describe('growth', () => {
  test.each([
    ['20/d', 100, 300, 201 / 20],
    ['70/w', 290, 300, 11 / 10],
    ['0/d', 1, 10, Number.POSITIVE_INFINITY],
    ['5/d', 11, 10, 0],
    ['0%/mo', 1, 10, Number.POSITIVE_INFINITY],
  ])('%s from %i nodes to more than %i takes %d days', (text, nodes, limit, days) => {
    expect(daysUntil(limit, nodes, parseGrowth(text)!)).toBeCloseTo(days);
  });

  it('should double in a year of 100 % a year', () => {
    expect(daysUntil(199, 100, parseGrowth('100%/y')!)).toBeCloseTo(365.2425);
  });

  test.each(['5', '5/h', '-1/d', '5%', '%/d', 'x'])('%s is no growth', (text) => {
    expect(parseGrowth(text)).toBeUndefined();
  });
});
