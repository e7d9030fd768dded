import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject, NodeNetwork } from '../../index.ts';
import type { ConfigMap, Service } from '../../objects.ts';
import { CONFIG_MAPS, NODE_NETWORKS, SERVICES } from '../../resources.ts';
import { TestServer } from '../testing/test-server.ts';
import type { Manager } from './managed-fields.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const apply = (name: string, data: Record<string, string>, fieldManager: string, force = false) =>
  server.client.patch<ConfigMap>(CONFIG_MAPS, name, 'default', {
    type: 'apply',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
    fieldManager,
    force,
  });

const managers = ({ metadata }: KubeObject) =>
  Object.fromEntries(
    ((metadata.managedFields ?? []) as Manager[]).map((entry) => [
      `${entry.manager}/${entry.operation}`,
      entry.fieldsV1,
    ]),
  );

test('an apply creates, and what is no longer applied goes', async () => {
  const made = await apply('own', { a: '1', b: '1' }, 'me');
  expect(managers(made)).toEqual({ 'me/Apply': { 'f:data': { 'f:a': {}, 'f:b': {} } } });
  const next = await apply('own', { a: '2' }, 'me');
  expect(next.data).toEqual({ a: '2' });
  expect(managers(next)).toEqual({ 'me/Apply': { 'f:data': { 'f:a': {} } } });
});

test('applying the same again changes nothing', async () => {
  const first = await apply('same', { a: '1' }, 'me');
  const second = await apply('same', { a: '1' }, 'me');
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
});

test('another manager conflicts over a value, shares an equal one, and can force', async () => {
  await apply('shared', { a: '1', b: '1' }, 'me');
  await expect(apply('shared', { a: '2' }, 'you')).rejects.toMatchObject({
    status: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
    body: {
      details: {
        causes: [{ reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "me"' }],
      },
    },
  });
  const both = await apply('shared', { a: '1' }, 'you');
  expect(managers(both)).toEqual({
    'me/Apply': { 'f:data': { 'f:a': {}, 'f:b': {} } },
    'you/Apply': { 'f:data': { 'f:a': {} } },
  });
  const forced = await apply('shared', { a: '2' }, 'you', true);
  expect(forced.data).toEqual({ a: '2', b: '1' });
  expect(managers(forced)).toMatchObject({ 'me/Apply': { 'f:data': { 'f:b': {} } } });
  await expect(apply('shared', { a: '3', b: '3' }, 'third')).rejects.toMatchObject({
    message:
      'Apply failed with 2 conflicts: conflicts with "me":\n- .data.b\nconflicts with "you":\n- .data.a',
  });
});

test('a shared field stays until its last owner lets go', async () => {
  await apply('last', { a: '1' }, 'me');
  await apply('last', { a: '1', b: '1' }, 'you');
  expect((await apply('last', { b: '1' }, 'you')).data).toEqual({ a: '1', b: '1' });
  expect((await apply('last', {}, 'me')).data).toEqual({ b: '1' });
});

test('what was there before the first apply has an owner of that name', async () => {
  await server.client.create(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'old', namespace: 'default' },
    data: { a: '1' },
  });
  await expect(apply('old', { a: '2' }, 'me')).rejects.toMatchObject({
    message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
  });
});

test('an update takes over what it changes', async () => {
  const made = await apply('updated', { a: '1', b: '1' }, 'me');
  const updated = await server.client.replace<ConfigMap>(CONFIG_MAPS, { ...made, data: { a: '2', b: '1' } });
  expect(managers(updated)).toEqual({
    'me/Apply': { 'f:data': { 'f:b': {} } },
    'churnlab-control-plane/Update': { 'f:data': { 'f:a': {} } },
  });
});

test('lists merge by their keys', async () => {
  const applyPorts = (fieldManager: string, ports: object[]) =>
    server.client.patch<Service>(SERVICES, 'ports', 'default', {
      type: 'apply',
      body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ports' }, spec: { ports } },
      fieldManager,
    });
  await applyPorts('me', [{ name: 'a', port: 80 }]);
  const two = await applyPorts('you', [{ name: 'b', port: 81, protocol: 'TCP' }]);
  expect(two.spec.ports?.map(({ port }) => port)).toEqual([80, 81]);
  const one = await applyPorts('you', []);
  expect(one.spec.ports).toMatchObject([{ name: 'a', port: 80, targetPort: 80 }]);
});

test('the status of a custom resource is applied apart', async () => {
  await server.client.create(NODE_NETWORKS, {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'NodeNetwork',
    metadata: { name: 'n1' },
    spec: { podCIDRs: ['10.0.0.0/24'] },
  });
  const families = (used: number) => [{ family: 'ipv4', capacity: 254, used, cooling: 0 }];
  const applied = await server.client.patch<NodeNetwork>(NODE_NETWORKS, 'n1', undefined, {
    type: 'apply',
    subresource: 'status',
    body: {
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'NodeNetwork',
      metadata: { name: 'n1' },
      spec: { podCIDRs: [] },
      status: { ipam: { families: families(1) } },
    },
    fieldManager: 'agent',
    force: true,
  });
  expect(applied.spec.podCIDRs).toEqual(['10.0.0.0/24']);
  expect(applied.status?.ipam?.families).toEqual(families(1));
  expect(applied.metadata.generation).toBe(1);
});

test('an apply needs a manager', async () => {
  const { status, text } = await server.request('/api/v1/namespaces/default/configmaps/x', {
    method: 'PATCH',
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n',
  });
  expect(status).toBe(422);
  expect(text).toContain('fieldManager: Required value: is required for apply patch');
});
