/** The API as seen by @kubernetes/client-node over TLS: typed calls, informers, server-side apply. */
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1Pod,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { podManifest, TestServer } from './test-server.ts';

let server: TestServer;
const config = new KubeConfig();

beforeAll(async () => {
  server = await TestServer.start({ tls: { host: '127.0.0.1', port: 0 } });
  config.loadFromClusterAndUser(
    {
      name: 'lab',
      server: `https://127.0.0.1:${server.server.port}`,
      caData: Buffer.from(server.server.ca).toString('base64'),
      skipTLSVerify: false,
    },
    { name: 'lab', token: 'token' },
  );
}, 30_000);
afterAll(() => server[Symbol.asyncDispose]());

test('typed calls', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const made = await core.createNamespacedPod({
    namespace: 'default',
    body: podManifest('typed') as unknown as V1Pod,
  });
  expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
  const list = await core.listNamespacedPod({ namespace: 'default', fieldSelector: 'metadata.name=typed' });
  expect(list.items.map(({ metadata }) => metadata?.name)).toEqual(['typed']);
  await expect(core.readNamespacedPod({ namespace: 'default', name: 'none' })).rejects.toMatchObject({
    code: 404,
  });
});

test('an informer lists, then follows', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const path = '/api/v1/namespaces/default/configmaps';
  const informer = makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace: 'default' }));
  const seen: string[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const note = (type: string) => (object: KubernetesObject) => {
    seen.push(`${type} ${object.metadata?.name}`);
    if (type === 'delete') resolve();
  };
  informer.on('add', note('add'));
  informer.on('update', note('update'));
  informer.on('delete', note('delete'));
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'before' } } });
  await informer.start();
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'after' } } });
  await core.replaceNamespacedConfigMap({
    namespace: 'default',
    name: 'after',
    body: { metadata: { name: 'after' }, data: { a: 'b' } },
  });
  await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'after' });
  await done;
  await informer.stop();
  expect(seen).toEqual(['add before', 'add after', 'update after', 'delete after']);
});

test('server-side apply of any object', async () => {
  const api = KubernetesObjectApi.makeApiClient(config);
  const object = {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'NodeNetwork',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.0.0.0/24'] },
  };
  const applied = await api.patch(object, undefined, undefined, 'test', true, PatchStrategy.ServerSideApply);
  expect(applied).toMatchObject({ spec: { podCIDRs: ['10.0.0.0/24'] }, metadata: { generation: 1 } });
});
