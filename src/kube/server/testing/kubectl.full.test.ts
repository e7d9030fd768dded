/** The API as seen by kubectl, as it is installed: what it prints, what it sends. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PODS } from '../../resources.ts';
import { Controllers } from '../controllers/index.ts';
import { TestServer } from './test-server.ts';

const KUBECTL = ['/usr/bin/kubectl', '/usr/local/bin/kubectl'].find((file) => existsSync(file));
const run = promisify(execFile);

describe.skipIf(!KUBECTL)('kubectl (skipped when it is not installed)', () => {
  let server: TestServer;
  let controllers: Controllers;
  let kubeconfig: string;

  const kubectl = async (args: string, input?: string): Promise<string> => {
    const child = run(KUBECTL!, args.split(' '), {
      env: { KUBECONFIG: kubeconfig, HOME: server.folder, PATH: process.env.PATH },
    });
    child.child.stdin?.end(input ?? '');
    try {
      return (await child).stdout;
    } catch (error) {
      throw new Error((error as { stderr: string }).stderr.trim());
    }
  };
  const columns = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));

  beforeAll(async () => {
    server = await TestServer.start({ tls: { host: '127.0.0.1', port: 0 } });
    controllers = await Controllers.start(server.client, { onError: (error) => expect.fail(String(error)) });
    kubeconfig = path.join(server.folder, 'kubeconfig');
    const cluster = {
      server: `https://127.0.0.1:${server.server.port}`,
      'certificate-authority-data': Buffer.from(server.server.ca).toString('base64'),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'lab',
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'lab', user: { token: 'token' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(config));
  });
  afterAll(async () => {
    await controllers?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test('api-resources', async () => {
    const rows = columns(await kubectl('api-resources --no-headers'));
    expect(rows).toContainEqual(['pods', 'po', 'v1', 'true', 'Pod']);
    expect(rows).toContainEqual(['nodenetworks', 'nn', 'churnlab.dev/v1alpha1', 'false', 'NodeNetwork']);
  });

  const manifest = (image: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web', labels: { app: 'web' } },
          spec: { containers: [{ name: 'c', image }] },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'web' },
          spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
        },
        {
          apiVersion: 'churnlab.dev/v1alpha1',
          kind: 'NodeNetwork',
          metadata: { name: 'n1' },
          spec: { podCIDRs: ['10.0.0.0/24'] },
        },
      ],
    });

  test('apply from the client: created, unchanged, configured', async () => {
    expect(await kubectl('apply -f -', manifest('a'))).toBe(
      'pod/web created\nservice/web created\nnodenetwork.churnlab.dev/n1 created\n',
    );
    expect(await kubectl('apply -f -', manifest('a'))).toBe(
      'pod/web unchanged\nservice/web unchanged\nnodenetwork.churnlab.dev/n1 unchanged\n',
    );
    expect(await kubectl('apply -f -', manifest('b'))).toBe(
      'pod/web configured\nservice/web unchanged\nnodenetwork.churnlab.dev/n1 unchanged\n',
    );
  });

  test('apply on the server, with conflicts', async () => {
    await expect(kubectl('apply --server-side -f -', manifest('c'))).rejects.toThrow(
      /conflict with "before-first-apply" using v1/,
    );
    expect(await kubectl('apply --server-side --force-conflicts -f -', manifest('c'))).toContain(
      'pod/web serverside-applied',
    );
    expect(await kubectl('get pod web -o jsonpath={.spec.containers[0].image}')).toBe('c');
  });

  test('get: columns, -o wide, selectors, all namespaces', async () => {
    expect(columns(await kubectl('get pods'))[0]).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(columns(await kubectl('get pods -o wide -A'))[0]).toEqual([
      'NAMESPACE',
      'NAME',
      'READY',
      'STATUS',
      'RESTARTS',
      'AGE',
      'IP',
      'NODE',
      'NOMINATED NODE',
      'READINESS GATES',
    ]);
    expect(await kubectl('get pods -l app=web --field-selector status.phase=Pending -o name')).toBe(
      'pod/web\n',
    );
    expect(columns(await kubectl('get nn'))[1]?.slice(0, 2)).toEqual(['n1', '["10.0.0.0/24"]']);
  });

  test('create of many kinds, which it sends as protobuf', async () => {
    for (const what of [
      'configmap c --from-literal=a=b',
      'namespace other',
      'service nodeport np --tcp=80:http',
      'secret generic s --from-literal=a=b',
    ]) {
      expect(await kubectl(`create ${what}`)).toMatch(/ created\n$/);
    }
    expect(await kubectl('get service np -o jsonpath={.spec.ports[0].targetPort}')).toBe('http');
  });

  test('what nobody would run is refused', async () => {
    await expect(kubectl('create deployment d --image=x')).rejects.toThrow(
      'the server could not find the requested resource',
    );
    await expect(kubectl('get deployments')).rejects.toThrow(
      `the server doesn't have a resource type "deployments"`,
    );
  });

  test('patch, label, describe, auth', async () => {
    expect(await kubectl('label pod web more=1')).toBe('pod/web labeled\n');
    expect(await kubectl('patch configmap c -p {"data":{"a":null,"x":"y"}}')).toBe('configmap/c patched\n');
    expect(await kubectl('get configmap c -o jsonpath={.data}')).toBe('{"x":"y"}');
    expect(await kubectl('describe pod web')).toMatch(/^Name: +web$/m);
    expect(await kubectl('auth can-i create pods')).toBe('yes\n');
    expect(await kubectl('explain nodenetwork.spec')).toContain('podCIDRs');
  });

  test("validation is the server's", async () => {
    const pod = (spec: object) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec });
    await expect(kubectl('create -f -', pod({ containers: [], foo: 1 }))).rejects.toThrow(
      'strict decoding error: unknown field "spec.foo"',
    );
    await expect(kubectl('create -f -', pod({ containers: [] }))).rejects.toThrow(
      'The Pod "x" is invalid: spec.containers: Required value',
    );
  });

  test('what a lab pod does not have is refused in a clear line', async () => {
    await expect(kubectl('logs web')).rejects.toThrow('Error from server (BadRequest): pod web has no logs');
    await server.client.patch(PODS, 'web', 'default', {
      type: 'merge',
      subresource: 'status',
      body: { status: { phase: 'Running' } },
    });
    await expect(kubectl('exec web -- ls')).rejects.toThrow(
      'pod web cannot execute commands through the API',
    );
    await expect(kubectl('port-forward pod/web 0:80')).rejects.toThrow(
      'pod web cannot forward ports through the API',
    );
  });

  test('wait, delete, and a namespace with what is in it', async () => {
    await kubectl('-n other create configmap inside');
    expect(await kubectl('delete namespace other')).toContain('namespace "other" deleted');
    await expect(kubectl('-n other get configmap inside')).rejects.toThrow('NotFound');
    expect(await kubectl('delete pod,service --all')).toContain('pod "web" deleted');
    expect(await kubectl('get pods')).toBe('');
  });
});
