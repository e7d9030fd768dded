import type { Cidr } from '../ip/index.ts';
import { DEFAULT_POOL } from '../ipam/index.ts';
import type { Recorder, RunEvent } from '../measure/index.ts';
import type { Change, ScenarioSpec } from '../scenario/index.ts';
import { seeded } from '../stats/index.ts';
import { AddressLedger } from './address-ledger.ts';
import type { Cluster } from './cluster/cluster.ts';
import { MultiPoolCluster } from './cluster/multi-pool-cluster.ts';
import { NodeBook, UP } from './cluster/node-book.ts';
import { openCluster } from './cluster/open-cluster.ts';
import { nodeRequest } from './names.ts';
import { PodBook, type ReleaseTally } from './node/pod-book.ts';
import { SimNode } from './node/sim-node.ts';
import { OpClock } from './op-clock.ts';
import { PoolExchange } from './pool-exchange.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Nodes that have no CIDR by then have none when the first phase begins, ns. */
const UP_NS = 6 * 3600e9;

/** Nodes that are simulated at a stretch: what waits for the event loop (compression) goes on in between. */
const TICK_NODES = 1000;

export interface WorldOptions {
  readonly spec: ScenarioSpec;
  readonly recorder: Recorder;
  /** One pod in so many is sampled. */
  readonly every: number;
  readonly onEvent: (event: RunEvent) => void;
  /** Called now and then while pods come. */
  readonly onProgress: () => void;
  readonly signal: AbortSignal;
}

/** All nodes, the cluster's side, and the one clock: what the phases act upon. */
export class World implements AsyncDisposable {
  readonly spec: ScenarioSpec;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly clock = new VirtualClock();
  readonly pods: PodBook;
  readonly nodes: NodeBook;
  readonly ledger: AddressLedger;
  readonly cluster: Cluster;
  readonly families: readonly Cidr['family'][];
  /** CIDRs that are taken before any node comes: for Services. */
  readonly taken: number;
  readonly releases: ReleaseTally[] = [];
  /** The nodes that pods run on. */
  readonly real: SimNode[] = [];
  readonly #onEvent: (event: RunEvent) => void;
  readonly #onProgress: () => void;
  readonly #random: () => number;
  readonly #exchange: PoolExchange | undefined;
  readonly #byName = new Map<string, SimNode>();

  /** @throws IpamError `config-invalid` when the allocator's own rules forbid the pools */
  constructor(options: WorldOptions) {
    const { spec, recorder, every, onEvent, signal } = options;
    const { ipam } = spec.lab;
    this.spec = spec;
    this.recorder = recorder;
    this.signal = signal;
    this.#onEvent = onEvent;
    this.#onProgress = options.onProgress;
    this.pods = new PodBook({
      recorder,
      every,
      cooldownNs: ipam.cooldown,
      allocate: new OpClock('ipam.allocate', recorder),
      release: new OpClock('ipam.release', recorder),
    });
    const later = spec.changes.flatMap((change) => ('cidrs' in change ? change.cidrs : []));
    this.ledger = new AddressLedger([...ipam.pools.flatMap(({ cidrs }) => cidrs), ...later], ipam.cooldown);
    this.nodes = new NodeBook(this.clock, recorder, (...served) => this.#serve(...served));
    this.#random = seeded(spec.seed).float;
    this.cluster = openCluster(spec.lab, {
      ...{ clock: this.clock, observer: this.nodes, random: this.#random },
      onAdded: (node, added) => this.#exchange?.added(node, added),
    });
    if (this.cluster instanceof MultiPoolCluster) {
      this.#exchange = new PoolExchange(this.real, this.cluster, this.clock);
    }
    const fill = this.cluster.fill();
    this.families = [...new Set(fill.map(({ family }) => family))];
    this.taken = fill.reduce((sum, { nodeCidrs }) => sum + nodeCidrs.used, 0);
  }

  /** Lets the lab's own nodes come, all at once, and waits until each has its CIDRs or nothing moves any more. */
  async up(): Promise<void> {
    const { lab, level } = this.spec;
    const context = {
      families: this.families,
      cooldownNs: lab.ipam.cooldown,
      waitNs: lab.ipam.wait,
      retries: level === 'pod',
      preAllocate: this.#exchange && lab.ipam.preAllocate,
      defaultPool: this.#exchange ? DEFAULT_POOL : this.cluster.fill()[0]!.pool,
      ledger: this.ledger,
      book: this.pods,
      random: this.#random,
    };
    const pools = new Set([
      ...lab.ipam.pools.map(({ name }) => name),
      ...this.spec.changes.map(({ pool }) => pool),
    ]);
    this.recorder.beginPhase(UP, 0, UP_NS);
    for (let index = 0; index < lab.nodes; index++) {
      const request = nodeRequest(index, lab.zones);
      const node = await SimNode.create(request.name, context);
      this.real.push(node);
      this.#byName.set(node.name, node);
      this.nodes.joined(node.name, UP, 0);
      // With pools it is the agent that asks.
      if (this.#exchange === undefined) this.cluster.join(request);
      else {
        for (const pool of pools) await node.addPool(pool);
        this.#exchange.add(node);
      }
    }
    await this.advanceCluster(0);
    while (this.nodes.withoutIn(UP) > 0 && this.clock.next <= UP_NS && !this.signal.aborted)
      await this.advanceCluster(this.clock.next);
    for (const change of this.spec.changes)
      this.clock.at(this.clock.ns + change.at, () => this.#change(change));
  }

  /** Lets everything happen up to an instant, ns of virtual time. */
  async advance(ns: number): Promise<void> {
    if (this.#exchange !== undefined) {
      await this.#exchange.advance(ns, (steps) => this.#tick(steps));
      return;
    }
    await this.clock.advance(ns);
    for (const [index, node] of this.real.entries()) {
      node.advance(ns);
      await this.#tick(index);
    }
  }

  /** As advance(), but nodes that have nothing to do with the cluster may stay behind. */
  async advanceCluster(ns: number): Promise<void> {
    if (this.#exchange === undefined) await this.clock.advance(ns);
    else await this.advance(ns);
  }

  begin(phase: string, planned: number, deadlineNs: number): void {
    const at = this.clock.ns;
    this.recorder.beginPhase(phase, at, deadlineNs);
    this.event({ kind: 'phase.started', phase, planned, deadlineNs, at });
  }

  event(event: RunEvent): void {
    this.#onEvent(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }

  async #tick(step: number): Promise<void> {
    if (step % TICK_NODES !== TICK_NODES - 1) return;
    this.#onProgress();
    await new Promise(setImmediate);
  }

  #change(change: Change): void {
    const text = `${change.action} ${change.pool}${'cidrs' in change ? ` ${change.cidrs.join(', ')}` : ''}`;
    this.event({ kind: 'change', text, at: this.clock.ns });
    if (this.cluster instanceof MultiPoolCluster) this.cluster.change(change);
  }

  /** The node's CIDRs have come; a hollow node has nobody to use them, and to pools the agents see themselves. */
  #serve(name: string, cidrs: readonly Cidr[], pool: string | undefined): void {
    const node = this.#byName.get(name);
    if (node === undefined || this.#exchange !== undefined) return;
    node.advance(this.clock.ns);
    node.ownPool = pool;
    node.grow(cidrs);
  }
}
