import { describe, expect, it, onTestFinished } from 'vitest';
import {
  IP_POOLS,
  type IpPool,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import { eventually } from '../testing/eventually.ts';
import { MultiPoolOperator } from './multi-pool-operator.ts';

type Cidrs = Readonly<Record<string, readonly string[]>>;

/** A real API server with an operator; both end with the test. */
class Bench {
  readonly client: KubeClient;

  private constructor(client: KubeClient) {
    this.client = client;
  }

  static async start(): Promise<Bench> {
    const server = await ApiServer.start({ token: 'test' });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return new Bench(server.client);
  }

  async operator(): Promise<MultiPoolOperator> {
    const operator = await MultiPoolOperator.start({ client: this.client });
    onTestFinished(() => operator[Symbol.asyncDispose]());
    return operator;
  }

  async pool(name: string, cidrs: readonly string[], maskSize = 28): Promise<void> {
    const spec = { ipv4: { cidrs, maskSize } };
    const body = { apiVersion: 'churnlab.dev/v1alpha1', kind: 'IPPool', metadata: { name }, spec };
    await this.client.patch(IP_POOLS, name, undefined, { type: 'apply', body, fieldManager: 'test' });
  }

  /** A Node with its NodeNetwork, as an agent makes it. */
  async join(name: string, needed: Readonly<Record<string, number>>, allocated: Cidrs = {}): Promise<void> {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    const { metadata } = await this.client.create<Node>(NODES, node as Node);
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: metadata.uid! };
    await this.client.create<NodeNetwork>(NODE_NETWORKS, {
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'NodeNetwork',
      metadata: { name, ownerReferences: [owner] },
      spec: {
        pools: {
          requested: Object.entries(needed).map(([pool, ipv4]) => ({ pool, needed: { ipv4 } })),
          allocated: Object.entries(allocated).map(([pool, cidrs]) => ({ pool, cidrs })),
        },
      },
    });
  }

  /** What the agent of a node writes. */
  async write(name: string, pools: NonNullable<NodeNetwork['spec']['pools']>): Promise<void> {
    await this.client.patch(NODE_NETWORKS, name, undefined, { type: 'merge', body: { spec: { pools } } });
  }

  get(name: string): Promise<NodeNetwork> {
    return this.client.get<NodeNetwork>(NODE_NETWORKS, name);
  }

  async cidrs(name: string): Promise<Cidrs> {
    const { spec } = await this.get(name);
    return Object.fromEntries((spec.pools?.allocated ?? []).map(({ pool, cidrs }) => [pool, cidrs]));
  }

  async reason(name: string): Promise<string | undefined> {
    return (await this.get(name)).status?.operator?.reason;
  }
}

describe('MultiPoolOperator', () => {
  it('should give a node as many CIDRs of each pool as it asks for', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/26']);
    await bench.pool('blue', ['10.1.0.0/26']);
    const operator = await bench.operator();
    await bench.join('a', { red: 16, blue: 1 });
    await eventually(async () =>
      expect(await bench.cidrs('a')).toEqual({ red: ['10.0.0.0/28', '10.0.0.16/28'], blue: ['10.1.0.0/28'] }),
    );
    await operator.idle();
    expect(operator.status().pools).toMatchObject([
      { pool: 'blue', size: 4, used: 1 },
      { pool: 'red', cidr: '10.0.0.0/26', maskSize: 28, size: 4, used: 2 },
    ]);
  });

  it('should serve who waits in order, when a CIDR is given back and when the pool grows', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/28']);
    const operator = await bench.operator();
    for (const node of ['a', 'b', 'c']) await bench.join(node, { red: 1 });
    await eventually(async () => expect(await bench.reason('c')).toBe('PoolFull'));
    const { status } = await bench.get('b');
    expect(status?.operator?.error).toBe(
      'failed to allocate ipv4 address for node "b" from pool "red": pool is full',
    );
    expect(operator.status().waiting.map(({ node }) => node)).toEqual(['b', 'c']);
    await bench.write('a', { requested: [], allocated: [] });
    await eventually(async () => expect(await bench.cidrs('b')).toEqual({ red: ['10.0.0.0/28'] }));
    await bench.pool('red', ['10.0.0.0/28', '10.9.0.0/28']);
    await eventually(async () => expect(await bench.cidrs('c')).toEqual({ red: ['10.9.0.0/28'] }));
    await eventually(async () => expect(await bench.reason('c')).toBe(''));
  });

  it('should name a pool that is not there, and serve its nodes when it comes', async () => {
    const bench = await Bench.start();
    await bench.operator();
    await bench.join('a', { red: 1 });
    await eventually(async () => expect(await bench.reason('a')).toBe('PoolNotFound'));
    expect((await bench.get('a')).status?.operator?.error).toContain(
      'cannot allocate from non-existing pool: red',
    );
    await bench.pool('red', ['10.0.0.0/28']);
    await eventually(async () => expect(await bench.cidrs('a')).toEqual({ red: ['10.0.0.0/28'] }));
  });

  it('should keep what nodes have of a pool that is gone, and not hand it out', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/28']);
    const operator = await bench.operator();
    await bench.join('a', { red: 1 });
    await eventually(async () => expect(await bench.cidrs('a')).toEqual({ red: ['10.0.0.0/28'] }));
    await bench.client.delete(IP_POOLS, 'red');
    await bench.pool('blue', ['10.0.0.0/27']);
    await bench.join('b', { blue: 28 });
    await eventually(async () => expect(await bench.cidrs('b')).toEqual({ blue: ['10.0.0.16/28'] }));
    await bench.write('a', { requested: [], allocated: [] });
    await eventually(async () =>
      expect(await bench.cidrs('b')).toEqual({ blue: ['10.0.0.16/28', '10.0.0.0/28'] }),
    );
    await operator.idle();
  });

  it('should say which pool it cannot use, and use it when the cause is gone', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/26']);
    await bench.operator();
    const error = async (name: string) => (await bench.client.get<IpPool>(IP_POOLS, name)).status?.error;
    await bench.pool('blue', ['10.0.0.32/27', '10.1.0.0/28']);
    await eventually(async () =>
      expect(await error('blue')).toBe('requested CIDR 10.0.0.32/27 collides with 10.0.0.0/26 of pool red'),
    );
    await bench.pool('red', ['10.0.0.0/26'], 27);
    await eventually(async () =>
      expect(await error('red')).toBe('cannot change IPv4 mask size in existing pool "red" (28 to 27)'),
    );
    await bench.client.delete(IP_POOLS, 'red');
    await eventually(async () => expect(await error('blue')).toBe(''));
  });

  it('should take over what objects list before it hands out anything', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/27']);
    await bench.join('new', { red: 1 });
    await bench.join('old', { red: 14 }, { red: ['10.0.0.0/28'] });
    await bench.join('thief', { red: 14 }, { red: ['10.0.0.0/28'] });
    await bench.operator();
    await eventually(async () => expect(await bench.cidrs('new')).toEqual({ red: ['10.0.0.16/28'] }));
    await eventually(async () => expect(await bench.reason('thief')).toBe('NodeCIDRConflict'));
    await bench.client.delete(NODES, 'old');
    await eventually(async () => expect(await bench.reason('thief')).toBe(''));
    expect(await bench.cidrs('thief')).toEqual({ red: ['10.0.0.0/28'] });
  });

  it('should not take for given back what it has just written', async () => {
    const bench = await Bench.start();
    await bench.pool('red', ['10.0.0.0/24']);
    const operator = await bench.operator();
    await bench.join('a', { red: 1 });
    // Each round the agent asks for more before it has seen what the last one brought.
    for (let round = 2; round <= 16; round++) {
      await bench.write('a', { requested: [{ pool: 'red', needed: { ipv4: 14 * round } }] });
    }
    await eventually(async () => expect((await bench.cidrs('a')).red).toHaveLength(16));
    await operator.idle();
    expect(operator.status().pools).toMatchObject([{ size: 16, used: 16 }]);
  });
});
