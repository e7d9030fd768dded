import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { networkLab } from '../substrate/testing/network-lab.ts';
import {
  type ConformanceResult,
  conformanceLab,
  type FindingStatus,
  REQUIREMENTS,
  testConformance,
} from './index.ts';

async function findingsOf(network: Pick<LabSpec, 'network' | 'cniBin'>): Promise<ConformanceResult> {
  await using lab = await networkLab(conformanceLab(network));
  const { nodes, cniPath } = lab.lab.record;
  const { name, pid } = nodes[0]!;
  return await testConformance({
    node: { name, pid, daemon: lab.daemon(name) },
    cniPath,
    requirements: REQUIREMENTS,
    progress: () => {},
  });
}

/** Requirements with this status, and the versions that it is of. */
function those({ requirements }: ConformanceResult, wanted: FindingStatus): Record<string, string> {
  const found = requirements.map(({ id, findings }) => {
    const versions = findings.filter(({ status }) => status === wanted).map(({ version }) => version);
    return [id, versions.join(' ')] as const;
  });
  return Object.fromEntries(found.filter(([, versions]) => versions !== ''));
}

/** Of everything that is built with the Go library and gets its addresses of host-local. */
const OF_ALL = {
  'env-path-optional': '1.1.0',
  'error-object': '0.3.1 0.4.0 1.0.0 1.1.0',
  'version-answer': '0.3.1 0.4.0 1.0.0',
  'gc-removes-stale': '1.1.0',
  'gc-nothing-valid': '1.1.0',
};

const CHECKS = ['wrong-prev-result', 'address-removed', 'address-changed', 'interface-removed'];

test.concurrent('churnlab meets every requirement in every version', async () => {
  const result = await findingsOf({ network: 'churnlab' });
  expect(those(result, 'fail')).toEqual({});
  expect(those(result, 'deviation')).toEqual({});
  expect(result.versions).toEqual(['0.3.1', '0.4.0', '1.0.0', '1.1.0']);
  expect(those(result, 'pass')).toMatchObject({ 'gc-removes-stale': '1.1.0', 'add-killed': '1.1.0' });
});

test.concurrent.each([
  ['bridge', OF_ALL],
  ['macvlan', OF_ALL],
  ['ptp', { ...OF_ALL, 'add-two-interfaces': '0.3.1 0.4.0 1.0.0 1.1.0' }],
  [
    'flannel',
    {
      'env-path-optional': '0.4.0',
      'error-object': '0.3.1 0.4.0',
      'version-answer': '0.3.1 0.4.0',
      'add-two-interfaces': '0.3.1 0.4.0',
      ...Object.fromEntries(
        [...CHECKS, 'interface-down', 'route-removed', 'netns-gone'].map((id) => [`check-${id}`, '0.4.0']),
      ),
    },
  ],
] as const)('%s deviates as it is known to, and in nothing else', async (network, known) => {
  const result = await findingsOf({ network });
  expect(those(result, 'fail')).toEqual({});
  expect(those(result, 'deviation')).toEqual(known);
});

test.concurrent('a plugin that nobody knows has its deviations listed as failures', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-conformance-'));
  try {
    const bin = path.join(folder, 'bin');
    fs.mkdirSync(bin);
    fs.copyFileSync(await ensureTool('bridge'), path.join(bin, 'acme-net'));
    fs.copyFileSync(await ensureTool('host-local'), path.join(bin, 'acme-ipam'));
    const file = path.join(folder, 'acme.conflist');
    const ipam = {
      type: 'acme-ipam',
      ranges: [[{ subnet: '10.22.0.0/27' }]],
      routes: [{ dst: '0.0.0.0/0' }],
    };
    const plugins = [{ type: 'acme-net', bridge: 'acme0', isGateway: true, ipam }];
    fs.writeFileSync(file, JSON.stringify({ cniVersion: '1.1.0', name: 'acme', plugins }));
    const result = await findingsOf({ network: `cni:${file}`, cniBin: bin });
    expect(those(result, 'deviation')).toEqual({});
    expect(those(result, 'fail')).toEqual(OF_ALL);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
