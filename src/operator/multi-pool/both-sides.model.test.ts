import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolBook } from '../../agent/multi-pool/pool-book.ts';
import { type HostRecord, IpamError, MultiPoolSource } from '../../ipam/index.ts';
import { MemoryStore } from '../../ipam/log/memory-store.ts';
import { type IpPool, Newest, type NodeNetwork } from '../../kube/index.ts';
import { NodePools } from './node-pools.ts';

const NODES = ['n1', 'n2', 'n3'];
const HOLD_MS = 100;
/** Rounds in which everything has long said what it has to say. */
const SETTLED = 100;
/** Two addresses a piece: four pieces, and two. */
const POOLS = { a: ['10.0.0.0/28'], b: ['10.1.0.0/29'] };
const GROWN = ['10.0.0.0/28', '10.9.0.0/29'];

/** What becomes of a request: `lost` takes effect and nobody hears of it. */
type Fate = 'done' | 'lost' | 'dropped';

/** The objects of an API with versions, and all states that they ever had. */
class Api {
  readonly objects = new Map<string, NodeNetwork>();
  readonly history: NodeNetwork[] = [];

  /** The last states, for a message. */
  tail(): string {
    return this.history
      .slice(-6)
      .map(({ metadata, spec }) => JSON.stringify([metadata.name, spec.pools]))
      .join('\n');
  }

  /** Undefined when the request is based on an older version. */
  replace(object: NodeNetwork): NodeNetwork | undefined {
    const { name } = object.metadata;
    const known = this.objects.get(name!);
    if (known?.metadata.resourceVersion !== object.metadata.resourceVersion) return undefined;
    const generation = (known?.metadata.generation ?? 0) + 1;
    const resourceVersion = String(this.history.length + 1);
    const written = { ...object, metadata: { name: name!, uid: name!, generation, resourceVersion } };
    this.objects.set(name!, written);
    this.history.push(written);
    return written;
  }
}

/** Reads the history as a watch does: late, and after a gap only the last states. */
class Watch {
  readonly #api: Api;
  readonly #see: (object: NodeNetwork) => void;
  #next = 0;

  constructor(api: Api, see: (object: NodeNetwork) => void) {
    this.#api = api;
    this.#see = see;
  }

  bring(count: number): void {
    for (const object of this.#api.history.slice(this.#next, this.#next + count)) this.#see(object);
    this.#next = Math.min(this.#next + count, this.#api.history.length);
  }

  relist(): void {
    this.#next = this.#api.history.length;
    for (const object of this.#api.objects.values()) this.#see(object);
  }
}

class Agent {
  readonly node: string;
  readonly #api: Api;
  readonly #now: () => number;
  readonly #stores = new Map<string, MemoryStore<HostRecord>>();
  /** Who has which address, as the agent has promised. */
  readonly leases = new Map<string, string>();
  source!: MultiPoolSource;
  book!: PoolBook;
  watch!: Watch;

  constructor(node: string, api: Api, now: () => number) {
    this.node = node;
    this.#api = api;
    this.#now = now;
  }

  async start(): Promise<void> {
    this.source = await MultiPoolSource.open({
      families: ['ipv4'],
      cooldownMs: 0,
      preAllocate: 1,
      holdMs: HOLD_MS,
      pools: [...this.#stores.keys()],
      store: (pool) => {
        const store = new MemoryStore<HostRecord>({ durable: this.#stores.get(pool)?.durable ?? [] });
        this.#stores.set(pool, store);
        return store;
      },
      now: this.#now,
    });
    this.book = new PoolBook({ node: this.node, source: this.source, warm: () => new Set() });
    this.watch = new Watch(this.#api, (object) => {
      if (object.metadata.name === this.node) this.book.offer(object);
    });
    this.watch.relist();
  }

  add(name: string, pool: string): void {
    const owner = { containerId: name, ifname: 'eth0', pod: name };
    try {
      const { lease } = this.source.allocate(owner, [], pool);
      this.leases.set(name, String(lease.ips[0]));
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      this.source.demand.expect(owner, pool);
    }
  }

  async del(name: string): Promise<void> {
    this.source.demand.forgetPod(name);
    await this.source.release({ containerId: name, ifname: 'eth0' });
    this.leases.delete(name);
  }

  async sync(fate: Fate): Promise<void> {
    for (const { pool, cidrs } of this.book.fresh()) {
      await this.source.addPool(pool);
      this.source.grow(cidrs, pool);
    }
    this.book.giveBack();
    const wanted = this.book.wanted();
    if (wanted === undefined || fate === 'dropped') return;
    const answer = this.#api.replace(wanted) ?? this.#api.objects.get(this.node)!;
    if (fate === 'done') this.book.offer(answer);
  }
}

class Operator {
  readonly #api: Api;
  readonly #pools: () => IpPool[];
  #newest = new Newest<NodeNetwork>();
  decisions!: NodePools;
  watch!: Watch;

  constructor(api: Api, pools: () => IpPool[]) {
    this.#api = api;
    this.#pools = pools;
    this.start();
  }

  start(): void {
    this.#newest = new Newest();
    this.decisions = new NodePools({ onNode: () => {}, onPool: () => {} });
    this.decisions.start(this.#pools(), this.#api.objects.values());
    this.watch = new Watch(this.#api, (object) => this.#see(object));
    this.watch.relist();
  }

  write(node: string, fate: Fate): void {
    const { amend } = this.decisions.changeOf(node);
    for (let object = this.#newest.get(node); object; object = this.#api.objects.get(node)!) {
      const spec = amend(object.spec);
      if (spec === undefined || fate === 'dropped') return;
      const written = this.#api.replace({ ...object, spec });
      if (written === undefined) continue; // A conflict: once more, with the present version.
      if (fate === 'done') this.#see(written);
      return;
    }
  }

  #see(object: NodeNetwork): void {
    if (this.#newest.offer(object)) this.decisions.see(object);
  }
}

class Bench {
  now = 1_000_000;
  readonly api = new Api();
  readonly agents = new Map(NODES.map((node) => [node, new Agent(node, this.api, () => this.now)]));
  operator!: Operator;
  cidrs: Record<string, readonly string[]> = { ...POOLS };

  async start(): Promise<void> {
    for (const [node, agent] of this.agents) {
      const metadata = { name: node };
      this.api.replace({ apiVersion: 'churnlab.dev/v1alpha1', kind: 'NodeNetwork', metadata, spec: {} });
      await agent.start();
    }
    this.operator = new Operator(this.api, () => this.pools());
  }

  pools(): IpPool[] {
    return Object.entries(this.cidrs).map(([name, cidrs]) => ({
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'IPPool',
      metadata: { name },
      spec: { ipv4: { cidrs, maskSize: 30 } },
    }));
  }

  /** Adds a CIDR to pool a, or takes it away. */
  resize(isGrown: boolean): void {
    this.cidrs = { ...POOLS, ...(isGrown ? { a: GROWN } : {}) };
    for (const pool of this.pools()) this.operator.decisions.seePool(pool);
  }

  /** Everything arrives, until nothing changes any more. */
  async settle(): Promise<void> {
    let rounds = 0;
    for (let last = -1; last !== this.api.history.length; ) {
      if (++rounds > SETTLED) throw new Error(`still writing after ${SETTLED} rounds: ${this.api.tail()}`);
      last = this.api.history.length;
      this.operator.watch.relist();
      for (const node of NODES) this.operator.write(node, 'done');
      for (const agent of this.agents.values()) {
        agent.watch.relist();
        await agent.sync('done');
      }
    }
  }

  check(): void {
    const listed = [...this.api.objects.values()].flatMap(({ spec }) =>
      (spec.pools?.allocated ?? []).flatMap(({ cidrs }) => cidrs),
    );
    expect(new Set(listed).size, 'a CIDR is on two nodes').toBe(listed.length);
    const addresses: string[] = [];
    for (const { node, source, leases } of this.agents.values()) {
      const own = this.api.objects.get(node)!.spec.pools?.allocated?.flatMap(({ cidrs }) => cidrs) ?? [];
      for (const cidr of source.cidrs) expect(own, `${node} uses ${cidr}`).toContain(cidr.toString());
      const held = new Map(
        Array.from(source.leases(), ({ owner, ips }) => [owner.containerId, String(ips[0])]),
      );
      expect(held).toEqual(leases);
      addresses.push(...held.values());
    }
    expect(new Set(addresses).size, 'an address is given twice').toBe(addresses.length);
  }

  /** With all messages there nobody waits while there is room; with all pods gone, so are all CIDRs. */
  async checkEnd(): Promise<void> {
    await this.settle();
    this.check();
    const { pools } = this.operator.decisions;
    for (const { pool } of pools.waiting) {
      const fill = pools.fill().filter((each) => each.pool === pool);
      expect(fill.reduce((room, { size, used }) => room + Number(size) - used, 0)).toBe(0);
    }
    for (const agent of this.agents.values()) {
      for (let pod = 0; pod < 6; pod++) await agent.del(`p${pod}`);
    }
    for (let rounds = 0; rounds < 3; rounds++) {
      await this.settle();
      this.now += HOLD_MS;
    }
    expect(pools.fill().map(({ used }) => used)).toEqual(pools.fill().map(() => 0));
    expect([...this.agents.values()].flatMap(({ source }) => source.cidrs)).toEqual([]);
  }
}

const node = fc.constantFrom(...NODES);
const pod = fc.nat({ max: 5 }).map((n) => `p${n}`);
const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant('done' as const) },
  { weight: 1, arbitrary: fc.constantFrom('lost' as const, 'dropped' as const) },
);
const count = fc.nat({ max: 4 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('add' as const), node, pod, pool: fc.constantFrom('a', 'b') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('del' as const), node, pod }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('sync' as const), node, fate }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('write' as const), node, fate }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('tellOperator' as const), count }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('tellAgent' as const), node, count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('relist' as const), node }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, HOLD_MS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crashAgent' as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crashOperator' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resize' as const), isGrown: fc.boolean() }) },
);

describe('operator and agents, with late, lost and dropped messages and crashes', () => {
  it('should never have a CIDR on two nodes or an address on two pods, and lose none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150, size: 'max' }), async (steps) => {
        const bench = new Bench();
        await bench.start();
        for (const one of steps) {
          if (one.do === 'add') bench.agents.get(one.node)!.add(one.pod, one.pool);
          else if (one.do === 'del') await bench.agents.get(one.node)!.del(one.pod);
          else if (one.do === 'sync') await bench.agents.get(one.node)!.sync(one.fate);
          else if (one.do === 'write') bench.operator.write(one.node, one.fate);
          else if (one.do === 'tellOperator') bench.operator.watch.bring(one.count);
          else if (one.do === 'tellAgent') bench.agents.get(one.node)!.watch.bring(one.count);
          else if (one.do === 'relist') {
            bench.operator.watch.relist();
            bench.agents.get(one.node)!.watch.relist();
          } else if (one.do === 'wait') bench.now += one.ms;
          else if (one.do === 'crashAgent') await bench.agents.get(one.node)!.start();
          else if (one.do === 'crashOperator') bench.operator.start();
          else bench.resize(one.isGrown);
          bench.check();
        }
        await bench.checkEnd();
      }),
      { numRuns: 200 },
    );
  });
});
