import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ClusterPoolConfig, readClusterPoolConfig } from '../../ipam/index.ts';
import {
  EVENTS,
  type KubeClient,
  type KubeEvent,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import { eventually } from '../testing/eventually.ts';
import { ClusterPoolOperator } from './cluster-pool-operator.ts';

const SMALL = { ipv4: { cidrs: ['10.0.0.0/24'], maskSize: 25 } };

/** A real API server with an operator; both end with the test. */
class Bench {
  readonly client: KubeClient;
  /** What the operator was told did not work. */
  readonly errors: unknown[] = [];

  private constructor(client: KubeClient) {
    this.client = client;
  }

  static async start(): Promise<Bench> {
    const server = await ApiServer.start({ token: 'test' });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return new Bench(server.client);
  }

  async operator(config: ClusterPoolConfig = SMALL, client = this.client): Promise<ClusterPoolOperator> {
    const onError = (error: unknown) => this.errors.push(error);
    const operator = await ClusterPoolOperator.start(readClusterPoolConfig(config), { client, onError });
    onTestFinished(() => operator[Symbol.asyncDispose]());
    return operator;
  }

  /** A Node with its NodeNetwork, as an agent makes it. */
  async join(name: string, podCIDRs: readonly string[] = []): Promise<void> {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    const { metadata } = await this.client.create<Node>(NODES, node as Node);
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: metadata.uid! };
    await this.client.create<NodeNetwork>(NODE_NETWORKS, {
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'NodeNetwork',
      metadata: { name, ownerReferences: [owner] },
      spec: { nodeIPs: ['192.0.2.1'], ...(podCIDRs.length > 0 && { podCIDRs }) },
    });
  }

  get(name: string): Promise<NodeNetwork> {
    return this.client.get<NodeNetwork>(NODE_NETWORKS, name);
  }

  async cidrs(...names: string[]): Promise<string[]> {
    const objects = await Promise.all(names.map((name) => this.get(name)));
    return objects.map(({ spec }) => (spec.podCIDRs ?? []).join(' '));
  }

  async events(): Promise<string[]> {
    const { items } = await this.client.list<KubeEvent>(EVENTS);
    return items
      .map(({ involvedObject, reason, count }) => `${involvedObject.name} ${reason} ${count}`)
      .sort();
  }
}

const waiting = (operator: ClusterPoolOperator) => operator.status().waiting.map(({ node }) => node);

describe('ClusterPoolOperator', () => {
  it('should give each node a CIDR of both families, and keep what the agent wrote', async () => {
    const bench = await Bench.start();
    await bench.operator({ ...SMALL, ipv6: { cidrs: ['fd00::/104'], maskSize: 112 } });
    await bench.join('a');
    await bench.join('b');
    await eventually(async () => {
      expect(await bench.cidrs('a', 'b')).toEqual(['10.0.0.0/25 fd00::/112', '10.0.0.128/25 fd00::1:0/112']);
    });
    expect((await bench.get('a')).spec.nodeIPs).toEqual(['192.0.2.1']);
  });

  it('should write once for a node that gets its CIDR', async () => {
    const bench = await Bench.start();
    const replace = vi.spyOn(bench.client, 'replace');
    const patch = vi.spyOn(bench.client, 'patch');
    const operator = await bench.operator({ ipv4: { cidrs: ['10.0.0.0/16'], maskSize: 24 } });
    for (let n = 0; n < 20; n++) await bench.join(`n${n}`);
    await eventually(async () => expect((await bench.cidrs('n19'))[0]).not.toBe(''));
    await operator.idle();
    expect([replace.mock.calls.length, patch.mock.calls.length]).toEqual([20, 0]);
  });

  it('should report a starved node, and serve it when a node is deleted', async () => {
    const bench = await Bench.start();
    const operator = await bench.operator();
    for (const name of ['a', 'b', 'c', 'd']) await bench.join(name);
    await eventually(async () => {
      expect((await bench.get('d')).status?.operator).toEqual({
        error: 'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
        reason: 'NodeCIDRFull',
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    });
    expect(waiting(operator)).toEqual(['c', 'd']);
    await operator.idle();
    expect(await bench.events()).toEqual(['c CIDRNotAvailable 1', 'd CIDRNotAvailable 1']);
    expect(operator.metrics()).toContain('churnlab_operator_waiting_nodes 2\n');

    await bench.client.delete(NODES, 'a');
    await eventually(async () => {
      const { spec, status } = await bench.get('c');
      expect([spec.podCIDRs, status?.operator?.error, status?.operator?.reason]).toEqual([
        ['10.0.0.0/25'],
        '',
        '',
      ]);
    });
    await expect(bench.get('a')).rejects.toMatchObject({ reason: 'NotFound' });
    expect(waiting(operator)).toEqual(['d']);
    expect(bench.errors).toEqual([]);
  });

  it('should count a repeated refusal in the same Event, over restarts too', async () => {
    const bench = await Bench.start();
    for (const name of ['a', 'b', 'c'])
      await bench.join(name, name === 'c' ? [] : [`10.0.0.${name === 'a' ? 0 : 128}/25`]);
    for (const count of [1, 2]) {
      const operator = await bench.operator();
      await operator.idle();
      expect(await bench.events()).toEqual([`c CIDRNotAvailable ${count}`]);
      await operator[Symbol.asyncDispose]();
    }
  });

  it('should take over all CIDRs after a restart before it gives one out', async () => {
    const bench = await Bench.start();
    await bench.join('a');
    await bench.join('b', ['10.0.0.0/25']);
    const operator = await bench.operator();
    await operator.idle();
    expect(await bench.cidrs('a', 'b')).toEqual(['10.0.0.128/25', '10.0.0.0/25']);
  });

  it('should delete what deleted nodes left behind while it was down', async () => {
    const bench = await Bench.start();
    await bench.join('gone', ['10.0.0.0/25']);
    await bench.join('there', ['10.0.0.128/25']);
    await bench.join('new');
    await bench.client.delete(NODES, 'gone');
    await bench.operator();
    await eventually(async () =>
      expect(await bench.cidrs('new', 'there')).toEqual(['10.0.0.0/25', '10.0.0.128/25']),
    );
    await expect(bench.get('gone')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('should report CIDRs that cannot be, and never overwrite them', async () => {
    const bench = await Bench.start();
    await bench.join('first', ['10.0.0.0/25']);
    const operator = await bench.operator();
    await bench.join('second', ['10.0.0.0/25']);
    await eventually(async () => {
      expect((await bench.get('second')).status?.operator).toMatchObject({
        error: 'requested CIDR (10.0.0.0/25) is already allocated',
        reason: 'NodeCIDRConflict',
      });
    });
    expect(await bench.cidrs('second')).toEqual(['10.0.0.0/25']);
    await bench.client.delete(NODES, 'first');
    await eventually(async () => expect((await bench.get('second')).status?.operator?.error).toBe(''));
    await operator.idle();
    expect(await bench.events()).toEqual(['second CIDRConflict 1']);
  });

  it('should keep its decision when somebody else writes the object first', async () => {
    const bench = await Bench.start();
    const { client } = bench;
    // The agent writes between the operator's look and its write: the first replace meets an older version.
    const replace = client.replace.bind(client);
    let raced = false;
    vi.spyOn(client, 'replace').mockImplementation(async (resource, object, opts) => {
      const name = object.metadata.name!;
      if (!raced) {
        raced = true;
        const body = { spec: { nodeIPs: ['192.0.2.9'] } };
        await client.patch(NODE_NETWORKS, name, undefined, { type: 'merge', body });
      }
      return replace(resource, object, opts) as never;
    });
    await bench.operator();
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/25']));
    expect((await bench.get('a')).spec.nodeIPs).toEqual(['192.0.2.9']);
    expect(bench.errors).toEqual([]);
  });

  it('should give the next node of the same name a CIDR of its own', async () => {
    const bench = await Bench.start();
    await bench.operator();
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.0/25']));
    await bench.client.delete(NODES, 'a');
    await eventually(async () => {
      await expect(bench.get('a')).rejects.toMatchObject({ reason: 'NotFound' });
    });
    await bench.join('a');
    await eventually(async () => expect(await bench.cidrs('a')).toEqual(['10.0.0.128/25']));
  });

  it('should serve 5,000 nodes that appear at once', async () => {
    const bench = await Bench.start();
    const operator = await bench.operator({ ipv4: { cidrs: ['10.0.0.0/8'], maskSize: 24 } });
    const names = Array.from({ length: 5000 }, (_, n) => `n${n}`);
    await Promise.all(names.map((name) => bench.join(name)));
    await eventually(async () => {
      const { items } = await bench.client.list<NodeNetwork>(NODE_NETWORKS);
      expect(items.filter(({ spec }) => spec.podCIDRs === undefined)).toEqual([]);
      expect(new Set(items.flatMap(({ spec }) => spec.podCIDRs)).size).toBe(5000);
    });
    await operator.idle();
    expect(operator.status().pools[0]?.used).toBe(5000);
  });
});
