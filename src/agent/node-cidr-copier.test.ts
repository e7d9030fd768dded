import { expect, it, onTestFinished } from 'vitest';
import { Informer, NODE_NETWORKS, NODES, type Node, type NodeNetwork } from '../kube/index.ts';
import { ApiServer } from '../kube/server/index.ts';
import { NodeCidrCopier } from './node-cidr-copier.ts';
import { announce } from './node-network.ts';

/** A real API server, and the part of an agent that copies the CIDRs of node n1. */
async function setUp() {
  const server = await ApiServer.start({ token: 'test' });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { client } = server;
  const networks = new Informer<NodeNetwork>(client, NODE_NETWORKS);
  onTestFinished(() => networks[Symbol.asyncDispose]());
  const errors: unknown[] = [];
  const copier = NodeCidrCopier.start({
    client,
    networks,
    node: 'n1',
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => copier[Symbol.asyncDispose]());
  await networks.start();
  const join = (name: string) =>
    client.create<Node>(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
  const give = (name: string, ...podCIDRs: string[]) =>
    client.patch<Node>(NODES, name, undefined, { type: 'merge', body: { spec: { podCIDRs } } });
  const copied = async (name: string) =>
    (await client.get<NodeNetwork>(NODE_NETWORKS, name)).spec.podCIDRs?.join(' ');
  return { client, errors, join, give, copied };
}

it('should copy the CIDRs of its own node, whichever object comes first', async () => {
  const { client, errors, join, give, copied } = await setUp();
  for (const name of ['n1', 'n2']) {
    await join(name);
    await give(name, `10.0.${name.slice(1)}.0/24`, `fd00::${name.slice(1)}00/120`);
    await announce(client, name, ['192.0.2.1']);
  }
  await expect.poll(() => copied('n1')).toBe('10.0.1.0/24 fd00::100/120');
  expect(await copied('n2')).toBeUndefined();
  expect(errors).toEqual([]);
});

it('should copy what the node is given later', async () => {
  const { client, join, give, copied } = await setUp();
  await join('n1');
  await announce(client, 'n1', ['192.0.2.1']);
  await give('n1', '10.0.1.0/24');
  await expect.poll(() => copied('n1')).toBe('10.0.1.0/24');
  const { spec } = await client.get<NodeNetwork>(NODE_NETWORKS, 'n1');
  expect(spec.nodeIPs).toEqual(['192.0.2.1']);
});
