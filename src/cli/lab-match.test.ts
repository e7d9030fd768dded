import path from 'node:path';
import { expect, test } from 'vitest';
import { labSpec, loadScenario } from '../scenario/index.ts';
import { asThere, requireSame } from './lab-match.ts';
import { requireShardable } from './shards-option.ts';

const SCENARIOS = path.join(import.meta.dirname, '../../scenarios');
const scenario = (name: string) => loadScenario(path.join(SCENARIOS, `${name}.yaml`)).on('kubeconfig');
const there = (fields: Parameters<typeof labSpec>[0], nodes: number) => ({
  spec: { ...labSpec(fields), nodes },
  nodes: Array.from({ length: nodes }, (_, i) => `node-${i}`),
});

test('a lab that is up must be what the scenario asks for', () => {
  const { lab } = scenario('smoke').spec;
  expect(() => requireSame('a', lab, lab)).not.toThrow();
  expect(() => requireSame('a', { ...lab, services: 'ebpf' }, lab)).toThrow(
    'lab.services: the lab has "ebpf", the scenario "none"',
  );
});

test('on a cluster that was there the scenario takes what is there, and says so', () => {
  const adapted = asThere(scenario('smoke'), there({ network: 'existing:cilium', services: 'nftables' }, 3));
  expect(adapted.spec.lab).toMatchObject({ nodes: 3, network: 'existing:cilium', services: 'nftables' });
  expect(adapted.changed).toEqual(
    expect.arrayContaining([
      'lab.nodes: 3 as it is there (4 in the scenario)',
      'lab.network: existing:cilium as it is there (churnlab in the scenario)',
    ]),
  );
});

test('running out of addresses of a network that nobody knows is refused', () => {
  expect(() => asThere(scenario('service-ip-exhaustion'), there({}, 3))).not.toThrow();
  const exhausting = scenario('smoke');
  const lab = { ...there({ network: 'existing:cilium' }, 3).spec };
  const allowed = { ...lab, ipam: { ...lab.ipam, allowExhaustion: true } };
  expect(() => asThere(exhausting, { spec: allowed, nodes: ['a'] })).toThrow(
    'how many addresses network `cilium` has is not known',
  );
});

test('shards need a cluster, and phases that need no process that knows of all pods', () => {
  expect(() => requireShardable(scenario('pod-churn'), 4)).not.toThrow();
  const netns = loadScenario(path.join(SCENARIOS, 'pod-churn.yaml')).on('netns');
  expect(() => requireShardable(netns, 1)).not.toThrow();
  expect(() => requireShardable(netns, 4)).toThrow('expected substrate kubeconfig, got netns');
  const [churn, ...others] = scenario('pod-churn').spec.phases;
  const spec = { ...scenario('pod-churn').spec, phases: [{ ...churn!, maxAlive: 5 } as never, ...others] };
  expect(() => requireShardable({ ...scenario('pod-churn'), spec }, 2)).toThrow('phase churn has maxAlive');
});
