import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { nodeInventory, patience } from '../substrate/index.ts';
import type { Chain } from './chain.ts';
import type { ConformanceNode } from './node.ts';
import { Pod } from './pod.ts';
import { Violation } from './violation.ts';

/** What a pod may leave behind, of any network. */
const STATE = {
  folders: ['var/lib/cni', 'run/cni'],
  links: ['macvlan', 'ipvlan', 'ifb', 'vlan', 'tun', 'dummy', 'bridge', 'vxlan', 'netkit'],
  routes: true,
  rules: true,
  maps: true,
} as const;

/** How long something that happens after a call may take to happen. */
const SETTLE_MS = 5000;
const LOOK_MS = 20;
/** What has not changed for so long is taken to be there to stay. */
const STEADY_MS = 500;

/** Everything in a node that stands for pods, a line each. */
export type Traces = readonly string[];

/** What a requirement has to work with: a node, a chain in one version, and pods that go when it is done. */
export class Trial implements AsyncDisposable {
  readonly chain: Chain;
  readonly #node: ConformanceNode;
  readonly #nextId: () => string;
  readonly #pods: Pod[] = [];

  /** @param nextId gives a container ID that was never used */
  constructor(node: ConformanceNode, chain: Chain, nextId: () => string) {
    this.#node = node;
    this.chain = chain;
    this.#nextId = nextId;
  }

  get version(): string {
    return this.chain.version;
  }

  /** A container ID without a namespace. */
  newId(): string {
    return this.#nextId();
  }

  /** A new container with nothing in it. */
  async pod(): Promise<Pod> {
    const pod = await Pod.make(this.#node.daemon, this.chain, this.newId());
    this.#pods.push(pod);
    return pod;
  }

  /** Names of the links of the node itself. */
  async hostLinks(): Promise<readonly string[]> {
    const { stdout } = await this.#node.daemon.run({ argv: ['/bin/ls', '/sys/class/net'], env: {} });
    return stdout.split('\n').filter(Boolean);
  }

  traces(): Traces {
    const { name, pid } = this.#node;
    const { netns: _, ...kinds } = nodeInventory({ name, pid }, STATE);
    return Object.entries(kinds)
      .flatMap(([kind, lines]) => lines.map((line) => `${kind}: ${line.slice(name.length + 1)}`))
      .sort();
  }

  /** Waits until the node holds nothing that it did not hold before. @throws Violation naming what is left */
  async settled(before: Traces): Promise<void> {
    const left = (): Traces => this.traces().filter((line) => !before.includes(line));
    await this.until(
      () => left().length === 0,
      () => new Violation('nothing to be left in the node', left().join('; ')),
    );
  }

  /** What the node held before and does not hold any more. @throws Violation naming it */
  requireKept(before: Traces): void {
    const now = this.traces();
    const gone = before.filter((line) => !now.includes(line));
    if (gone.length > 0)
      throw new Violation('what belongs to others to stay', `this gone: ${gone.join('; ')}`);
  }

  /** What the node holds once that has stopped changing; a kernel takes namespaces apart in its own time. */
  async steady(): Promise<Traces> {
    let [traces, since] = [this.traces(), performance.now()];
    const deadline = since + patience(SETTLE_MS);
    while (performance.now() < Math.min(deadline, since + STEADY_MS)) {
      await sleep(LOOK_MS);
      const now = this.traces();
      if (!isDeepStrictEqual(now, traces)) [traces, since] = [now, performance.now()];
    }
    return traces;
  }

  /** Waits until something holds that may take its time. @throws what `failure` makes */
  async until(holds: () => boolean | Promise<boolean>, failure: () => Error): Promise<void> {
    const deadline = performance.now() + patience(SETTLE_MS);
    while (!(await holds())) {
      if (performance.now() > deadline) throw failure();
      await sleep(LOOK_MS);
    }
  }

  /** Removes all pods. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of this.#pods) await pod[Symbol.asyncDispose]();
  }
}
