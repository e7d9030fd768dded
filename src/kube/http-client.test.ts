import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_MAPS, connect, type KubeObject, NODES, PODS } from './index.ts';

let folder: string;
let server: Server | undefined;
const seen: { method: string; url: string; type: string | undefined; body: string }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kube-client-'));
  seen.length = 0;
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await rm(folder, { recursive: true });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

async function serve(listener: RequestListener): Promise<string> {
  const socketPath = path.join(folder, 'api.sock');
  server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, type: headers['content-type'], body: await textOf(request) });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
  return socketPath;
}

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'x y', resourceVersion: '7' },
};

describe('HttpClient', () => {
  test('asks for the right paths with the right bodies', async () => {
    const socketPath = await serve((_request, response) =>
      response.end(JSON.stringify({ ...pod, items: [] })),
    );
    await using client = connect({ socketPath, token: 't' });
    await client.get(NODES, 'n1');
    await client.list(PODS, { namespace: 'x y', labelSelector: 'a in (b,c)', limit: 2, continue: 'k&' });
    await client.create(PODS, pod, { fieldManager: 'm' });
    await client.replace(PODS, pod, { subresource: 'status' });
    await client.patch(CONFIG_MAPS, 'c', 'd', { type: 'apply', body: {}, fieldManager: 'm', force: true });
    await client.delete(PODS, 'a', 'd', { gracePeriodSeconds: 0, uid: 'u' });
    await client.bind(pod, 'n1');
    expect(seen.map(({ method, url, type }) => [method, url, type])).toEqual([
      ['GET', '/api/v1/nodes/n1', undefined],
      [
        'GET',
        '/api/v1/namespaces/x%20y/pods?labelSelector=a%20in%20(b%2Cc)&limit=2&continue=k%26',
        undefined,
      ],
      ['POST', '/api/v1/namespaces/x%20y/pods?fieldManager=m', 'application/json'],
      ['PUT', '/api/v1/namespaces/x%20y/pods/a/status', 'application/json'],
      [
        'PATCH',
        '/api/v1/namespaces/d/configmaps/c?fieldManager=m&force=true',
        'application/apply-patch+yaml',
      ],
      ['DELETE', '/api/v1/namespaces/d/pods/a', 'application/json'],
      ['POST', '/api/v1/namespaces/x%20y/pods/a/binding', 'application/json'],
    ]);
    expect(JSON.parse(seen[5]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u' },
    });
  });

  test('turns a Status body into a KubeError', async () => {
    const status = { kind: 'Status', code: 409, reason: 'AlreadyExists', message: 'pods "a" already exists' };
    const socketPath = await serve((_request, response) =>
      response.writeHead(409).end(JSON.stringify(status)),
    );
    await using client = connect({ socketPath, token: 't' });
    await expect(client.create(PODS, pod)).rejects.toMatchObject({
      name: 'KubeError',
      status: 409,
      reason: 'AlreadyExists',
      message: 'pods "a" already exists',
    });
    expect(seen).toHaveLength(1);
  });

  test('comes back after a 429 that says when', async () => {
    const socketPath = await serve((_request, response) => {
      if (seen.length === 1) response.writeHead(429, { 'retry-after': '0.01' }).end('{}');
      else response.end(JSON.stringify(pod));
    });
    await using client = connect({ socketPath, token: 't' });
    expect(await client.get(PODS, 'a', 'x y')).toEqual(pod);
    expect(seen).toHaveLength(2);
  });

  test('does not send a request again whose answer was lost', async () => {
    const socketPath = await serve((request) => request.socket.destroy());
    await using client = connect({ socketPath, token: 't' });
    await expect(client.create(PODS, pod)).rejects.toMatchObject({ status: 0, reason: 'Unreachable' });
    expect(seen).toHaveLength(1);
  });

  test('waits for a server that does not listen yet', async () => {
    await using client = connect({ socketPath: path.join(folder, 'api.sock'), token: 't' });
    const answer = client.get(PODS, 'a', 'x y');
    await serve((_request, response) => response.end(JSON.stringify(pod)));
    expect(await answer).toEqual(pod);
  });

  test('watches by line, throws ERROR events, ends quietly on abort', async () => {
    const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
    const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (5)' };
    const socketPath = await serve((request, response) => {
      response.write(event('ADDED', pod).slice(0, 9));
      response.write(event('ADDED', pod).slice(9) + event('BOOKMARK', pod));
      if (request.url?.includes('resourceVersion=1')) response.end(event('ERROR', gone));
    });
    await using client = connect({ socketPath, token: 't' });
    const stop = new AbortController();
    const types: string[] = [];
    for await (const { type } of client.watch(PODS, { signal: stop.signal })) {
      types.push(type);
      if (type === 'BOOKMARK') stop.abort();
    }
    expect(types).toEqual(['ADDED', 'BOOKMARK']);
    const old = client.watch<KubeObject>(PODS, {
      resourceVersion: '1',
      signal: new AbortController().signal,
    });
    await expect(Array.fromAsync(old)).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  });

  test('reads a kubeconfig, and reports one without the context at the first request', async () => {
    const kubeconfig = path.join(folder, 'config');
    const address = 'http://127.0.0.1:1/gateway';
    await writeFile(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'u', user: { token: 'secret' } }],
      }),
    );
    await using missing = connect({ kubeconfig, context: 'other' });
    await expect(missing.get(NODES, 'n')).rejects.toThrow(
      `kubeconfig ${kubeconfig}: no cluster for context other`,
    );
    await using client = connect({ kubeconfig });
    await expect(client.get(NODES, 'n')).rejects.toMatchObject({ status: 0, reason: 'Unreachable' });
  });

  test('reads what is no object: texts, and lines until nobody wants more', async () => {
    const socketPath = await serve((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end('no such page');
      else if (request.url === '/metrics') response.end(`token ${request.headers['x-token']}`);
      else response.write('one\n\ntwo\n');
    });
    await using client = connect({ socketPath, token: 't' });
    expect(await client.text('/metrics', { 'x-token': 'abc' })).toBe('token abc');
    await expect(client.text('/missing')).rejects.toMatchObject({ status: 404 });
    const enough = new AbortController();
    const lines: string[] = [];
    for await (const line of client.lines('/trace', { signal: enough.signal })) {
      lines.push(line);
      if (lines.length === 2) enough.abort();
    }
    expect(lines).toEqual(['one', 'two']);
  });
});
