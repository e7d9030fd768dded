/** Networks of others on kind: flannel, and one that the repository has never seen, given as a chart with an archive. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunDocument } from '../../src/measure/index.ts';
import { judge } from '../../src/report/index.ts';
import type { Setting } from '../../src/scenario/index.ts';
import { writeAcmeArchive } from '../networks/acme-archive.ts';
import { runOnKind } from './kind/network-lab.ts';

const set = (field: string, value: unknown): Setting => ({ path: field.split('.'), value });
const SHORT = [
  set('phases.churn.pods', 12),
  set('phases.churn.lifetime.mean', '3s'),
  set('phases.churn.lifetime.p99', '5s'),
  // One is enough: a second may come while the first goes on.
  set('faults', [{ at: '2s', restart: 'agent', node: 'n1' }]),
];

/** What a run came to, without what depends on how busy the machine is. */
function outcomeOf(run: RunDocument) {
  const checks = (name: string) => run.invariants.find((each) => each.name === name)?.checks ?? 0;
  return {
    gates: Object.fromEntries(judge(run).gates.map(({ subject, status }) => [subject, status])),
    warnings: run.warnings,
    arePodsChecked: checks('address-unique') >= 12 && checks('address-in-pool') >= 12,
    isStateChecked: checks('leftover-host-local-files') > 0,
    processes: new Set(
      run.summaries.flatMap(({ metric, labels }) => (metric === 'agent.rss' ? labels.process : [])),
    ),
  };
}

const HELD = {
  gates: { failed: 'held', invariants: 'held' },
  warnings: [],
  arePodsChecked: true,
  isStateChecked: true,
};

test('flannel churns while flanneld restarts, and leaves nothing', async ({ skip }) => {
  const network = [set('lab.network', 'flannel'), set('lab.routing', 'vxlan')];
  const skipped = await runOnKind('networks/agent-restart', [...SHORT, ...network], (run) => {
    expect(outcomeOf(run)).toEqual({
      ...HELD,
      processes: new Set(['flanneld-n1', 'flanneld-n2', 'kube-proxy-n1', 'kube-proxy-n2']),
    });
  });
  skip(skipped !== undefined, skipped);
});

test('a chart that nobody knows, with an archive of its image, is put through the same', async ({ skip }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-acme-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const archive = path.join(folder, 'acme.tar');
  await writeAcmeArchive(archive);
  const network = [
    set('lab.network', `helm:${path.resolve(import.meta.dirname, '../networks/testdata/acme')}`),
    set('lab.networkSet', ['bridge=acme1']),
    set('lab.imageArchives', [archive]),
  ];
  const skipped = await runOnKind('networks/agent-restart', [...SHORT, ...network], (run, lab) => {
    expect(lab.record.found).toEqual({
      ipam: 'host-local',
      podLinks: { prefix: 'veth' },
      daemons: [{ name: 'agent-acme', namespace: 'kube-system', pods: 'app=acme' }],
      unknowns: [],
    });
    expect(outcomeOf(run)).toEqual({
      ...HELD,
      processes: new Set(['agent-acme-n1', 'agent-acme-n2', 'kube-proxy-n1', 'kube-proxy-n2']),
    });
  });
  skip(skipped !== undefined, skipped);
});
