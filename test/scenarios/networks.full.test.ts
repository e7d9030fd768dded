/** The scenarios of scenarios/networks.yaml in short, for every network with its real programs. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import { networkOf } from '../../src/networks/index.ts';
import { type LabFields, labSpec } from '../../src/scenario/index.ts';
import { toolsOf } from '../../src/substrate/index.ts';
import { brokenIn, phaseOf, shortRun } from './short-run.ts';

const IPAM: LabFields['ipam'] = { mode: 'range', pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }] };

/** What a lab with this network needs, built where it is not in the cache. */
async function optionsOf(fields: LabFields) {
  const spec = labSpec({ ...fields, ipam: IPAM });
  const plugins = await Promise.all(networkOf(spec).netns!.plugins.map((name) => ensureTool(name)));
  const tools = await Promise.all(toolsOf(spec).map(async (name) => [name, await ensureTool(name)] as const));
  const [dialer, responder] = await Promise.all(
    ['podnet-dialer', 'podnet-responder'].map((name) => ensureTool(name)),
  );
  return {
    plugins: [...new Set(plugins.map((file) => path.dirname(file)))],
    tools: Object.fromEntries(tools),
    programs: { dialer: dialer!, responder: responder! },
  };
}

describe.each<LabFields>([
  { network: 'churnlab', routing: 'direct' },
  { network: 'churnlab', routing: 'vxlan' },
  { network: 'bridge', routing: 'direct' },
  { network: 'ptp', routing: 'direct' },
  { network: 'chain', routing: 'direct' },
  { network: 'flannel', routing: 'direct' },
  { network: 'flannel', routing: 'vxlan' },
])('$network $routing', (fields) => {
  test('churns while its process restarts, and leaves nothing', async () => {
    const run = await shortRun(
      'networks/agent-restart',
      (spec) => {
        Object.assign(spec.lab, fields);
        Object.assign(phaseOf(spec, 'churn'), {
          pods: 20,
          lifetime: { distribution: 'fixed', mean: '1s' },
          deadline: '60s',
        });
        spec.faults = [{ at: '1s', restart: 'agent', node: 'n1' }];
      },
      await optionsOf(fields),
    );
    expect(brokenIn(run)).toEqual([]);
    expect(run.load).toMatchObject({ completed: 20, failed: 0 });
    const own = networkOf(labSpec({ ...fields, ipam: IPAM })).process;
    const clocked = run.summaries.flatMap(({ metric, labels }) =>
      metric === 'agent.rss' ? labels.process : [],
    );
    expect(clocked.every((name) => name?.startsWith(own!))).toBe(true);
  });

  test('carries connections from pod to pod', async () => {
    const run = await shortRun(
      'networks/pod-to-pod',
      (spec) => {
        Object.assign(spec.lab, fields);
        for (const phase of spec.phases) {
          if ('traffic' in phase) Object.assign(phase.traffic as object, { for: '100ms' });
        }
      },
      await optionsOf(fields),
    );
    expect(brokenIn(run)).toEqual([]);
    const of = (metric: string) =>
      run.summaries.flatMap((each) => (each.metric === metric ? [[each.labels.phase, each.max.value]] : []));
    const phases = ['crr', 'rr', 'stream'].flatMap((kind) => [`${kind}-near`, `${kind}-far`]);
    expect(Object.fromEntries(of('service.errors'))).toEqual(
      Object.fromEntries(phases.map((phase) => [phase, 0])),
    );
  });
});

test('a network that nobody knows, a renamed plugin with a configuration, is put through the same', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-acme-'));
  try {
    fs.copyFileSync(await ensureTool('bridge'), path.join(folder, 'acme-net'));
    fs.copyFileSync(await ensureTool('host-local'), path.join(folder, 'host-local'));
    const ipam = { type: 'host-local', subnet: '10.22.0.0/16', routes: [{ dst: '0.0.0.0/0' }] };
    const plugins = [{ type: 'acme-net', bridge: 'acme0', isGateway: true, ipam }];
    const file = path.join(folder, 'acme.conflist');
    fs.writeFileSync(file, JSON.stringify({ cniVersion: '1.0.0', name: 'acme', plugins }));
    const fields: LabFields = { network: `cni:${file}`, cniBin: folder };
    const run = await shortRun(
      'networks/steady-churn',
      (spec) => {
        Object.assign(spec.lab, fields);
        const lifetime = { distribution: 'lognormal', mean: '1s', p99: '2s' };
        Object.assign(phaseOf(spec, 'churn'), { pods: 15, lifetime, deadline: '60s' });
      },
      { ...(await optionsOf(fields)), plugins: [folder] },
    );
    expect(brokenIn(run)).toEqual([]);
    expect(run.load).toMatchObject({ completed: 15, failed: 0 });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
