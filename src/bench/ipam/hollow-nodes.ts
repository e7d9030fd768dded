import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs } from '../../measure/index.ts';
import { type NodeCidrListener, NodeCidrWatch, NodeDriver } from '../../run/index.ts';
import type { IpamMode } from '../../scenario/index.ts';
import { NetnsLab } from '../../substrate/index.ts';
import { BenchError } from '../bench-error.ts';

/** A node that has no CIDR by then never gets one, ms. */
const PATIENCE_MS = 120_000;

/** Hollow nodes of a lab that is up: made, deleted, and the instants at which they get their CIDRs. */
export class HollowNodes implements NodeCidrListener, AsyncDisposable {
  readonly mode: IpamMode;
  readonly #lab: NetnsLab;
  readonly #driver: NodeDriver;
  readonly #asked = new Map<string, number>();
  readonly #served = new Map<string, PromiseWithResolvers<number>>();
  #watch: NodeCidrWatch | undefined;

  private constructor(lab: NetnsLab) {
    this.#lab = lab;
    this.mode = lab.spec.ipam.mode;
    const nothing = (): void => {};
    this.#driver = new NodeDriver({
      ...{ client: lab.client, run: 'bench', lab: lab.spec },
      observer: {
        asked: (name, at) => void this.#asked.set(name, at),
        ...{ scheduled: nothing, sandbox: nothing, ready: nothing, refused: nothing, gone: nothing },
      },
    });
  }

  /** @param name of a lab that is up */
  static async open(name: string): Promise<HollowNodes> {
    const nodes = new HollowNodes(await NetnsLab.open(name));
    nodes.#watch = await NodeCidrWatch.open(nodes.#lab.client, nodes.mode, nodes);
    return nodes;
  }

  /** Makes a node; resolves when the API has it. */
  async create(name: string): Promise<void> {
    await this.#driver.create({ name, index: 0, lifetime: Number.POSITIVE_INFINITY, node: 0 });
  }

  /** Asks for the end of a node; returns the instant at which that was asked, CLOCK_MONOTONIC in ns. */
  async remove(name: string): Promise<number> {
    const asked = monotonicNs();
    await this.#driver.remove(name);
    this.#served.delete(name);
    return asked;
  }

  /** When the node came into being, CLOCK_MONOTONIC in ns. */
  askedAt(name: string): number {
    return this.#asked.get(name)!;
  }

  /** When the node's CIDR was seen, CLOCK_MONOTONIC in ns. @throws BenchError when it never comes */
  async servedAt(name: string): Promise<number> {
    const patience = new AbortController();
    const never = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
      throw new BenchError(
        'command-failed',
        `node ${name} has no CIDR after ${PATIENCE_MS / 1000} s in mode ${this.mode}`,
      );
    });
    never.catch(() => {});
    try {
      return await Promise.race([this.#of(name).promise, never]);
    } finally {
      patience.abort();
    }
  }

  holds(node: string, cidrs: readonly string[], _version: bigint, at: number): void {
    if (cidrs.length > 0) this.#of(node).resolve(at);
  }

  gone(): void {}

  refused(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#lab[Symbol.asyncDispose]();
  }

  #of(name: string): PromiseWithResolvers<number> {
    let found = this.#served.get(name);
    if (found === undefined) {
      found = Promise.withResolvers<number>();
      this.#served.set(name, found);
    }
    return found;
  }
}
