import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from '../testing/test-server.ts';
import { compareVersions } from './groups.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const get = async (path: string, accept = 'application/json') =>
  (await server.request(path, { headers: { accept } })).json();
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

interface Aggregated {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly resources: readonly object[] }[];
  }[];
}

test('groups and resources, one by one', async () => {
  expect(await get('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  const { groups } = (await get('/apis')) as { groups: { name: string }[] };
  expect(groups.map(({ name }) => name)).toContain('churnlab.dev');
  expect(await get('/apis/discovery.k8s.io')).toMatchObject({
    kind: 'APIGroup',
    preferredVersion: { version: 'v1' },
  });
  const { resources } = (await get('/api/v1')) as { resources: { name: string }[] };
  expect(resources.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['pods', 'pods/status', 'pods/binding', 'nodes/status']),
  );
});

test('everything at once', async () => {
  const core = (await get('/api', AGGREGATED)) as unknown as Aggregated;
  expect(core.items[0]?.versions[0]?.resources).toContainEqual(
    expect.objectContaining({
      resource: 'nodes',
      scope: 'Cluster',
      singularResource: 'node',
      shortNames: ['no'],
    }),
  );
  const groups = (await get('/apis', AGGREGATED)) as unknown as Aggregated;
  expect(groups.items.map(({ metadata }) => metadata.name)).toContain('networking.k8s.io');
});

test('OpenAPI says that the server validates fields, and how lists merge', async () => {
  const { paths } = (await get('/openapi/v3')) as { paths: Record<string, { serverRelativeURL: string }> };
  expect(paths['api/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=/);
  const core = (await get('/openapi/v3/api/v1')) as {
    paths: Record<string, { patch: { parameters: { name: string }[] } }>;
    components: { schemas: Record<string, { properties: Record<string, object> }> };
  };
  const { parameters } = core.paths['/api/v1/namespaces/{namespace}/pods/{name}']!.patch;
  expect(parameters.map(({ name }) => name)).toContain('fieldValidation');
  expect(core.components.schemas['io.k8s.api.V1PodSpec']?.properties.containers).toMatchObject({
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  });
  expect(await get('/openapi/v2')).toMatchObject({ swagger: '2.0' });
});

test('versions in the order of their maturity', () => {
  const versions = ['v1beta1', 'v10', 'v2', 'foo', 'v1', 'v1alpha2', 'v1beta2'];
  expect(versions.sort(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v1beta2',
    'v1beta1',
    'v1alpha2',
    'foo',
  ]);
});
