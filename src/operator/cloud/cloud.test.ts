import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CloudProvider, type CloudProviderSpec, readClusterPoolConfig } from '../../ipam/index.ts';
import { NODES } from '../../kube/index.ts';
import { ProviderServer } from '../provider/provider-server.ts';
import { eventually } from '../testing/eventually.ts';
import { NodeBench } from '../testing/node-bench.ts';

const NETWORK = { ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 26 } };

/** A provider that serves on a socket of its own, and the operator's configuration for it. */
async function provide(limits: Omit<CloudProviderSpec, 'network'> = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-provider-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const tokenFile = path.join(folder, 'token');
  fs.writeFileSync(tokenFile, 'secret\n');
  const network = readClusterPoolConfig(NETWORK);
  const provider = new CloudProvider({ network, ...limits }, () => performance.now());
  const socketPath = path.join(folder, 'provider.sock');
  const listen = async () => {
    const server = await ProviderServer.listen({ provider, socketPath, token: 'secret' });
    onTestFinished(() => server[Symbol.asyncDispose]());
  };
  return { provider, listen, config: { mode: 'cloud' as const, provider: { socketPath, tokenFile } } };
}

describe('mode cloud', () => {
  it('should write what the provider says, and give it back when the node is gone', async () => {
    const { provider, listen, config } = await provide();
    await listen();
    const bench = await NodeBench.start();
    const operator = await bench.operator(config);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/26']));
    await operator.idle();
    expect(operator.status()).toEqual({
      mode: 'cloud',
      pools: [{ pool: 'default', family: 'ipv4', cidr: '10.0.0.0/24', maskSize: 26, size: 4, used: 1 }],
      waiting: [],
    });
    await bench.client.delete(NODES, 'a');
    await eventually(async () => expect(provider.list()).toEqual([]));
    expect(bench.errors).toEqual([]);
  });

  it('should wait for a provider that is not there yet', async () => {
    const { listen, config } = await provide();
    const bench = await NodeBench.start();
    const starting = bench.operator(config);
    await eventually(async () => expect(String(bench.errors[0])).toContain('ProviderError: GET /v1/nodes'));
    await listen();
    await starting;
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/26']));
  });

  it('should come again when it is told to, and report nothing: a request too many is no refusal', async () => {
    const { listen, config } = await provide({ rate: { perSecond: 50, burst: 1 } });
    await listen();
    const bench = await NodeBench.start();
    const operator = await bench.operator(config);
    for (const name of ['a', 'b', 'c', 'd']) await bench.join(name);
    await eventually(async () => expect(await bench.cidrs('a', 'b', 'c', 'd')).not.toContain(''));
    expect(operator.metrics()).toMatch(/churnlab_operator_provider_rate_limited_total [1-9]/);
    await operator.idle();
    expect(await bench.events()).toEqual([]);
    expect(bench.errors).toEqual([]);
  });

  it('should say that the quota is used up, and serve the node once another has gone', async () => {
    const { listen, config } = await provide({ quota: 1 });
    await listen();
    const bench = await NodeBench.start();
    // Each retry as early as it may come.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const operator = await bench.operator(config);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/26']));
    await bench.join('b');
    await eventually(async () => {
      expect(
        (await bench.events()).map(({ reason, involvedObject }) => `${involvedObject.name} ${reason}`),
      ).toEqual(['b CIDRNotAvailable']);
    });
    expect(operator.status().waiting).toMatchObject([{ node: 'b', reason: 'CIDRNotAvailable' }]);
    expect(String(bench.errors[0])).toBe(
      'ProviderError: PUT /v1/nodes/b: quota NODE_CIDRS exceeded: limit 1, in use 1',
    );
    await bench.client.delete(NODES, 'a');
    await eventually(async () => expect(await bench.cidrs('b')).toEqual(['10.0.0.64/26']));
  });

  it('should give back at its start what nodes had that are gone, and keep what the others have', async () => {
    const { provider, listen, config } = await provide();
    await listen();
    for (const name of ['a', 'gone']) provider.allocate(name);
    const bench = await NodeBench.start();
    await bench.join('a', ['10.0.0.0/26']);
    await bench.operator(config);
    await eventually(async () => expect(provider.list().map(({ node }) => node)).toEqual(['a']));
    expect(await bench.cidrs('a')).toEqual(['10.0.0.0/26']);
  });

  it('should give the next node of the same name what the provider says then', async () => {
    const { provider, listen, config } = await provide();
    await listen();
    const bench = await NodeBench.start();
    await bench.operator(config);
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/26']));
    await bench.client.delete(NODES, 'a');
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.64/26']));
    expect(provider.list()).toHaveLength(1);
  });
});
