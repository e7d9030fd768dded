import { expect, test } from 'vitest';
import { ensureTool } from '../../lab/tools/index.ts';
import { NAMESPACES } from '../kube/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';
import { CASES, type ConnectivityResult, testConnectivity } from './index.ts';

const POOLS = [
  { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
  { cidrs: ['fd00:20::/104'], nodeMask: 120 },
];

async function labOf(services: LabSpec['services']): Promise<TestLab> {
  const tools = services === 'ebpf' ? {} : { 'kube-proxy': await ensureTool('kube-proxy') };
  return await TestLab.up({ nodes: 2, services, ipam: { pools: POOLS } }, { tools });
}

async function programs() {
  const [dialer, responder] = await Promise.all(
    ['podnet-dialer', 'podnet-responder'].map((name) => ensureTool(name)),
  );
  return { dialer: dialer!, responder: responder! };
}

/** Cells that are not as they should be, for people. */
const problems = ({ rows }: ConnectivityResult): string[] =>
  rows.flatMap(({ name, cells }) =>
    cells
      .filter(({ status }) => status === 'fail' || status === 'limit')
      .map(({ protocol, family, reason }) => `${name}, ${protocol} ${family}: ${reason}`),
  );

const namespaces = async ({ lab }: TestLab): Promise<(string | undefined)[]> =>
  (await lab.client.list(NAMESPACES)).items.map(({ metadata }) => metadata.name);

test.each(['ebpf', 'iptables-legacy', 'iptables-nft', 'nftables'] as const)(
  'the truth table holds with %s',
  async (services) => {
    await using lab = await labOf(services);
    const before = await namespaces(lab);
    const result = await testConnectivity({ lab: lab.lab, programs: await programs(), progress: () => {} });
    expect(problems(result)).toEqual([]);
    const byPackets = CASES.filter(({ from }) => from === 'pod by packets').length * 4;
    const absent = services === 'ebpf' ? 0 : byPackets;
    expect(result.totals).toEqual({
      pass: CASES.length * 4 - absent,
      fail: 0,
      limit: 0,
      'not-applicable': absent,
    });
    expect(await namespaces(lab)).toEqual(before);
  },
);

test('without Services the direct rows are asked; an early end leaves nothing', async () => {
  await using lab = await TestLab.up({ nodes: 1, ipam: { pools: POOLS.slice(0, 1) } });
  const before = await namespaces(lab);
  const options = { lab: lab.lab, programs: await programs(), progress: () => {} };
  const result = await testConnectivity(options);
  expect(problems(result)).toEqual([]);
  expect(result.rows.filter(({ cells }) => cells.some(({ status }) => status === 'pass'))).toMatchObject([
    { name: 'pod IP: pod > pod IP > same node' },
    { name: 'pod IP: node > pod IP > same node' },
    { name: 'pod IP: outside > pod IP > same node' },
  ]);
  const end = new AbortController();
  const progress = (step: string): void => {
    if (step.startsWith('dialling')) end.abort(new Error('enough'));
  };
  await expect(testConnectivity({ ...options, progress, signal: end.signal })).rejects.toThrow('enough');
  expect(await namespaces(lab)).toEqual(before);
  await expect(testConnectivity({ ...options, only: /nothing like it/ })).rejects.toMatchObject({
    code: 'no-such-case',
  });
});
