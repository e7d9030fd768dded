import type { NamespaceDaemon } from '../kernel/index.ts';
import type { CallChanges, Chain, ChainAnswer } from './chain.ts';
import { requireSuccess, Violation } from './violation.ts';

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A link of a namespace, as `ip -json addr` prints it. */
export interface PodLink {
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
  }[];
}

/** A route, as `ip -json route` prints it. */
export interface PodRoute {
  readonly dst: string;
  readonly dev?: string;
  readonly gateway?: string;
}

/** A container: a namespace, and what is attached to it. Gone with all that when it is disposed of. */
export class Pod implements AsyncDisposable {
  readonly id: string;
  readonly #daemon: NamespaceDaemon;
  readonly #chain: Chain;
  /** What ADD answered, by interface; undefined where it failed. */
  readonly #attached = new Map<string, unknown>();

  private constructor(daemon: NamespaceDaemon, chain: Chain, id: string) {
    this.#daemon = daemon;
    this.#chain = chain;
    this.id = id;
  }

  static async make(daemon: NamespaceDaemon, chain: Chain, id: string): Promise<Pod> {
    await daemon.addNetns(id);
    return new Pod(daemon, chain, id);
  }

  get netns(): string {
    return `/run/netns/${this.id}`;
  }

  /** What a call for one interface names. */
  at(ifname = 'eth0') {
    return { containerId: this.id, netns: this.netns, ifname };
  }

  /** ADD, however it ends; its result is kept for the calls that need it. */
  async tryAdd(ifname = 'eth0', changes: CallChanges = {}): Promise<ChainAnswer> {
    // A DEL is owed after a failed ADD as well.
    this.#attached.set(ifname, undefined);
    const answer = await this.#chain.add(this.at(ifname), changes);
    this.#attached.set(ifname, answer.result);
    return answer;
  }

  /** ADD. @throws Violation unless it succeeds */
  async add(ifname = 'eth0', changes: CallChanges = {}): Promise<unknown> {
    const { last, result } = await this.tryAdd(ifname, changes);
    requireSuccess(last, 'ADD');
    if (result === undefined) throw new Violation('JSON on stdout of ADD', last.stdout.slice(0, 300));
    return result;
  }

  /** DEL with the result of ADD. @throws Violation unless it succeeds */
  async del(ifname = 'eth0', changes: CallChanges = {}): Promise<void> {
    requireSuccess((await this.tryDel(ifname, changes)).last, 'DEL');
    this.#attached.delete(ifname);
  }

  async tryDel(ifname = 'eth0', changes: CallChanges = {}): Promise<ChainAnswer> {
    return await this.#chain.each('DEL', this.at(ifname), this.#attached.get(ifname), changes);
  }

  async check(ifname = 'eth0', changes: CallChanges = {}): Promise<ChainAnswer> {
    return await this.#chain.each('CHECK', this.at(ifname), this.#attached.get(ifname), changes);
  }

  /** Removes the namespace; what is attached to it is detached at the end all the same. */
  async removeNetns(): Promise<void> {
    await this.#daemon.deleteNetns(this.id);
  }

  /** Runs a shell command in the namespace. Throws Error when it fails: the lab's doing, not a plugin's. */
  async sh(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#daemon.run({
      argv: ['/bin/sh', '-c', script],
      env: { PATH },
      netns: this.id,
    });
    if (exitCode !== 0) throw new Error(`${script} in a pod: ${stderr.trim()}`);
    return stdout;
  }

  /** Links other than lo. */
  async links(): Promise<readonly PodLink[]> {
    const all = JSON.parse((await this.sh('ip -json addr')) || '[]') as PodLink[];
    return all.filter(({ ifname }) => ifname !== 'lo');
  }

  async link(ifname = 'eth0'): Promise<PodLink | undefined> {
    return (await this.links()).find((link) => link.ifname === ifname);
  }

  /** Routes of both families, that the kernel adds by itself included. */
  async routes(): Promise<readonly PodRoute[]> {
    const of = async (family: string) =>
      JSON.parse((await this.sh(`ip -json -${family} route`)) || '[]') as PodRoute[];
    return [...(await of('4')), ...(await of('6'))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ifname of this.#attached.keys()) await this.tryDel(ifname);
    // A requirement may have removed it.
    await this.removeNetns().catch(() => undefined);
  }
}

/** Addresses of an interface, without those that the kernel gives by itself. */
export function addressesOf(link: PodLink | undefined): readonly string[] {
  return (link?.addr_info ?? [])
    .filter(({ scope }) => scope !== 'link')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
}
