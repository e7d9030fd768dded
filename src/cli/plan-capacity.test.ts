import { expect, it } from 'vitest';
import { LabSpecError, loadScenario } from '../scenario/index.ts';
import { capacityText, growthArgument, labOfFlags, labOfScenario, PODS_PER_NODE } from './plan-capacity.ts';

const SMOKE = new URL('../../scenarios/smoke.yaml', import.meta.url).pathname;

it('takes the lab of flags, and its defaults', () => {
  const flags = {
    cidr: ['10.0.0.0/16', 'fd00::/48'],
    nodes: 10,
    podsPerNode: PODS_PER_NODE,
    json: true,
  } as const;
  const answer = JSON.parse(capacityText(labOfFlags(flags), flags));
  expect(answer).toMatchObject({ mode: 'cluster-pool', nodes: 10, fits: { nodes: 256, pods: 28_160 } });
});

it('takes the lab of a scenario, by the rules of another mode', () => {
  const flags = { ipam: 'range', podsPerNode: 10 } as const;
  const lab = labOfScenario(loadScenario(SMOKE), flags);
  expect(capacityText(lab, flags)).toContain('mode range');
});

it('refuses what cannot be', () => {
  const flags = { podsPerNode: 10 };
  expect(() => labOfFlags(flags)).toThrow('Expected a scenario file, or CIDRs');
  expect(() => labOfFlags({ ...flags, cidr: ['10.0.0.0/33'] })).toThrow(LabSpecError);
  expect(() => labOfScenario(loadScenario(SMOKE), { ...flags, nodeMask: 24 })).toThrow('got both');
  const wide = { ...flags, cidr: ['fd00::/40'], ipam: 'kcm' } as const;
  expect(() => capacityText(labOfFlags(wide), wide)).toThrow('kcm refuses these pools: New CIDR set failed');
  expect(() => growthArgument('5 a day')).toThrow('20/d');
});
