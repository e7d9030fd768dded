import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Child } from '../../lab/kubernetes/index.ts';
import { EVENTS, type KubeClient, type KubeEvent, NODES, type Node } from '../../src/kube/index.ts';
import type { Operator } from '../../src/operator/operator.ts';
import { readOperatorConfig } from '../../src/operator/operator-config.ts';
import { startOperator } from '../../src/operator/start-operator.ts';
import { type Random, seeded } from '../../src/stats/index.ts';
import { IsolatedApi } from './isolated-api.ts';

const SEQUENCES = 10;
/** Steps of a sequence; in their middle both sides are stopped and started again. */
const STEPS = 24;
const POLL_MS = 10;

/** Eight CIDRs of IPv4, of which Services take two, and in every second sequence eight of IPv6. */
interface Network {
  readonly cidrs: readonly string[];
  readonly services: readonly string[];
}
const SINGLE: Network = { cidrs: ['10.20.0.0/25'], services: ['10.20.0.64/27'] };
const DUAL: Network = { cidrs: [...SINGLE.cidrs, 'fd00:20::/61'], services: SINGLE.services };

/** A controller beside an API of its own. */
interface Side {
  readonly client: KubeClient;
  start(network: Network): Promise<void>;
  stop(): Promise<void>;
}

let sides: readonly Side[];
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  const apis = [0, 1].map(async () => parts.use(await IsolatedApi.start({ controllers: false })));
  const [real, own] = await Promise.all(apis);
  sides = [theirs(real!), ours(own!)];
});
afterAll(() => parts.disposeAsync());

/** The real kube-controller-manager. */
function theirs(api: IsolatedApi): Side {
  let child: Child | undefined;
  return {
    client: api.client,
    async start({ cidrs, services }) {
      child = await api.spawn('kube-controller-manager', [
        `--kubeconfig=${api.kubeconfig}`,
        '--controllers=node-ipam-controller',
        '--leader-elect=false',
        '--allocate-node-cidrs=true',
        `--cluster-cidr=${cidrs.join(',')}`,
        '--node-cidr-mask-size-ipv4=28',
        ...(cidrs.length > 1 ? ['--node-cidr-mask-size-ipv6=64'] : []),
        `--service-cluster-ip-range=${services.join(',')}`,
        '--secure-port=0',
      ]);
    },
    stop: async () => child?.[Symbol.asyncDispose](),
  };
}

/** Our operator in mode range. */
function ours({ client }: IsolatedApi): Side {
  let operator: Operator | undefined;
  return {
    client,
    async start({ cidrs: [ipv4, ipv6], services }) {
      const config = {
        mode: 'range',
        ipv4: { cidrs: [ipv4], maskSize: 28 },
        ...(ipv6 === undefined ? {} : { ipv6: { cidrs: [ipv6], maskSize: 64 } }),
        serviceCidrs: services,
      };
      operator = await startOperator(readOperatorConfig(JSON.stringify(config)), { client });
    },
    stop: async () => operator?.[Symbol.asyncDispose](),
  };
}

const on = <T>(work: (side: Side) => Promise<T>): Promise<T[]> => Promise.all(sides.map(work));

/** One sequence on both sides. The nodes that were decided upon, in their order, with what was decided. */
class Sequence {
  readonly decisions: [string[], string[]] = [[], []];
  readonly #prefix: string;
  readonly #random: Random;
  readonly #alive: string[] = [];
  /** At most one: of several, the one whose backoff ends first would be served. */
  #waiting: string | undefined;
  #count = 0;

  constructor(seed: number) {
    this.#prefix = `s${seed}`;
    this.#random = seeded(seed);
  }

  /** A node comes, or one goes; which of them, chance says. */
  async step(): Promise<void> {
    const mayJoin = this.#waiting === undefined;
    if (mayJoin && (this.#alive.length === 0 || this.#random.float() < 0.65))
      await this.decided(await this.join());
    else await this.leave();
  }

  async join(podCIDRs?: readonly string[]): Promise<string> {
    const name = `${this.#prefix}-${this.#count++}`;
    const spec = podCIDRs === undefined ? {} : { podCIDRs };
    await on(({ client }) =>
      client.create<Node>(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec }),
    );
    this.#alive.push(name);
    return name;
  }

  /** Some node goes; the one that waits, if any, must then be served by its next event. */
  async leave(): Promise<void> {
    const name = await this.#delete(this.#random.below(this.#alive.length));
    if (this.#waiting === undefined) return;
    const body = { metadata: { labels: { touched: `after-${name}` } } };
    await on(({ client }) => client.patch(NODES, this.#waiting!, undefined, { type: 'merge', body }));
    await this.decided(this.#waiting, { mayWait: false });
  }

  /** Waits until both sides have decided upon the node. */
  async decided(name: string, { mayWait = true } = {}): Promise<void> {
    const both = await on(async ({ client }) => {
      for (;;) {
        const decision = await decisionOf(client, name, mayWait);
        if (decision !== undefined) return decision;
        await sleep(POLL_MS);
      }
    });
    for (const [side, decision] of both.entries()) this.decisions[side]!.push(`${name} ${decision}`);
    this.#waiting = both[0] === 'waits' ? name : undefined;
  }

  /** Both are stopped; meanwhile nodes go, and one comes that has a CIDR already. */
  async restart(network: Network): Promise<void> {
    await on((side) => side.stop());
    if (this.#waiting !== undefined) await this.#delete(this.#alive.indexOf(this.#waiting));
    if (this.#alive.length > 0) await this.#delete(this.#random.below(this.#alive.length));
    // Of another size than those that nodes are given: it overlaps two of them.
    if (network.cidrs.length === 1) await this.join(['10.20.0.32/27']);
    const late = await this.join();
    await on((side) => side.start(network));
    await this.decided(late);
  }

  async end(): Promise<void> {
    await on((side) => side.stop());
    while (this.#alive.length > 0) await this.#delete(0);
  }

  async #delete(index: number): Promise<string> {
    const [name] = this.#alive.splice(index, 1);
    await on(({ client }) => client.delete(NODES, name!));
    if (this.#waiting === name) this.#waiting = undefined;
    return name!;
  }
}

async function decisionOf(client: KubeClient, name: string, mayWait: boolean): Promise<string | undefined> {
  const { spec } = await client.get<Node>(NODES, name);
  if (spec?.podCIDRs) return spec.podCIDRs.join(' ');
  if (!mayWait) return undefined;
  const { items } = await client.list<KubeEvent>(EVENTS, { fieldSelector: `involvedObject.name=${name}` });
  return items.some(({ reason }) => reason === 'CIDRNotAvailable') ? 'waits' : undefined;
}

test.each(Array.from({ length: SEQUENCES }, (_, seed) => seed))(
  'mode range decides as the running kube-controller-manager: sequence %i',
  async (seed) => {
    const network = seed % 2 === 0 ? SINGLE : DUAL;
    const sequence = new Sequence(seed);
    await on((side) => side.start(network));
    for (let i = 0; i < STEPS; i++) {
      if (i === STEPS / 2) await sequence.restart(network);
      await sequence.step();
    }
    await sequence.end();
    const [real, own] = sequence.decisions;
    expect(own).toEqual(real);
    expect(real.length).toBeGreaterThan(STEPS / 3);
  },
);
