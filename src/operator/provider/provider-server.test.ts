import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { CloudProvider } from '../../ipam/index.ts';
import { socketConnector } from '../../ipc/index.ts';
import { readProviderConfig } from './provider-config.ts';
import { ProviderServer } from './provider-server.ts';

const CONFIG = {
  tokenFile: '/unused',
  ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 25 },
  latencyMs: 1,
  rate: { perSecond: 0.001, burst: 4 },
  quota: 1,
};

/** A provider that takes four requests, and who asks it. */
async function setUp() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-provider-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const text = JSON.stringify({ ...CONFIG, socketPath: path.join(folder, 'provider.sock') });
  const { socketPath, spec } = readProviderConfig(text);
  const provider = new CloudProvider(spec, () => 0);
  const server = await ProviderServer.listen({ provider, socketPath, token: 'secret' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const pool = new Pool('http://provider', { connect: socketConnector(socketPath) });
  onTestFinished(() => pool.destroy());
  return async (method: 'GET' | 'PUT' | 'DELETE' | 'POST', url: string, token = 'secret') => {
    const { statusCode, headers, body } = await pool.request({
      ...{ method, path: url },
      headers: { authorization: `Bearer ${token}` },
    });
    return { statusCode, headers, body: await body.json() };
  };
}

it('should give, list, refuse and take back', async () => {
  const ask = await setUp();
  const fill = (used: number) => [{ pool: 'default', cidr: '10.0.0.0/24', capacity: 2, used }];
  expect(await ask('PUT', '/v1/nodes/a')).toMatchObject({
    statusCode: 200,
    body: { cidrs: ['10.0.0.0/25'], fill: fill(1) },
  });
  expect(await ask('PUT', '/v1/nodes/b')).toMatchObject({
    statusCode: 403,
    body: { error: 'quota-exceeded', message: 'quota NODE_CIDRS exceeded: limit 1, in use 1' },
  });
  expect((await ask('GET', '/v1/nodes')).body).toEqual({
    nodes: [{ node: 'a', cidrs: ['10.0.0.0/25'] }],
    fill: fill(1),
  });
  expect((await ask('DELETE', '/v1/nodes/a')).body).toEqual({ released: true, fill: fill(0) });
  expect((await ask('DELETE', '/v1/nodes/a')).body).toEqual({ released: false, fill: fill(0) });
  const { statusCode, headers } = await ask('PUT', '/v1/nodes/c');
  expect([statusCode, headers['retry-after'], headers['retry-after-ms']]).toEqual([429, '1000', '1000000']);
});

it.each([
  ['PUT', '/v1/nodes/a', 'guess', 401],
  ['PUT', '/v1/nodes/a', 'secrets', 401],
  ['POST', '/v1/nodes/a', 'secret', 404],
  ['GET', '/', 'secret', 404],
] as const)('should answer %s %s with token %s by %i', async (method, url, token, status) => {
  const ask = await setUp();
  expect(await ask(method, url, token)).toMatchObject({ statusCode: status });
});

it('should name what is wrong with a configuration', () => {
  const config = JSON.stringify({ ...CONFIG, socketPath: '/s', rate: { perSecond: 0, burst: 1 } });
  expect(() => readProviderConfig(config)).toThrow('rate.perSecond');
});
