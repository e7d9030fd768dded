import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PortMapping } from '../cni/index.ts';
import type { Cidr, Ip } from '../ip/index.ts';
import type { Netns } from '../kernel/index.ts';

const TABLE = 'churnlab_hostports';

/** What `nft -j list map` prints (libnftables-json(5)), as far as it is used: of other objects `map` is absent. */
interface ListedMap {
  readonly nftables: readonly { readonly map?: { readonly elem?: readonly (readonly Concatenated[])[] } }[];
}
interface Concatenated {
  readonly concat: readonly (string | number)[];
}

/** Runs a program inside the node's network namespace and gives what it printed; rejects when it fails. */
export type InNode = (program: string, args: readonly string[], stdin: string) => Promise<string>;

/**
 * Ports of the node that lead to pods (capability portMappings): one nftables map a family, one element a port.
 * The kernel holds all of the state, so that a new agent needs to know nothing.
 */
export class HostPorts {
  readonly #inNode: InNode;
  readonly #podCidrs: () => readonly Cidr[];
  /** Tables and chains, and the prefixes that they were made for. */
  #ready: { readonly prefixes: string; readonly made: Promise<void> } | undefined;

  /** @param podCidrs prefixes of all pods of the cluster, which may become more */
  constructor(inNode: InNode, podCidrs: () => readonly Cidr[]) {
    this.#inNode = inNode;
    this.#podCidrs = podCidrs;
  }

  /** Does nothing for a pod without host ports, which nearly all are: no program is started then. */
  async add(ips: readonly Ip[], mappings: readonly PortMapping[]): Promise<void> {
    if (mappings.length === 0) return;
    const prefixes = this.#podCidrs().join();
    if (this.#ready?.prefixes !== prefixes) this.#ready = { prefixes, made: this.#nft(this.#tables()) };
    await this.#ready.made;
    await this.#nft(
      elements(ips, mappings).map(({ map, key, target }) => `add element ${map} { ${key} : ${target} }`),
    );
  }

  async remove(ips: readonly Ip[], mappings: readonly PortMapping[]): Promise<void> {
    for (const { map, key } of elements(ips, mappings)) await this.#delete(map, key);
  }

  /** Removes all that lead to these addresses, for pods of which nobody knows the mappings any more. */
  async forget(ips: readonly Ip[]): Promise<void> {
    const gone = new Set(ips.map(String));
    for (const map of new Set(ips.map(mapOf))) {
      for (const { key, address } of await this.#elementsOf(map)) {
        if (gone.has(address)) await this.#delete(map, key);
      }
    }
  }

  /** An element that is gone already is passed over. */
  async #delete(map: string, key: string): Promise<void> {
    await this.#nft([`delete element ${map} { ${key} }`]).catch(() => {});
  }

  async #elementsOf(map: string): Promise<{ readonly key: string; readonly address: string }[]> {
    // No map: no pod of this node has had a host port yet.
    const text = await this.#inNode('nft', ['-j', '-n', 'list', 'map', ...map.split(' ')], '').catch(
      () => '',
    );
    if (text === '') return [];
    const { nftables } = JSON.parse(text) as ListedMap;
    return nftables.flatMap(({ map: found }) =>
      (found?.elem ?? []).map(([key, target]) => ({
        key: key!.concat.join(' . '),
        address: String(target!.concat[0]),
      })),
    );
  }

  *#tables(): Generator<string> {
    for (const word of ['ip', 'ip6'] as const) {
      const own = this.#podCidrs().filter(({ family }) => family === (word === 'ip' ? 'ipv4' : 'ipv6'));
      const dnat = `fib daddr type local dnat to meta l4proto . th dport map @ports`;
      yield `add table ${word} ${TABLE}`;
      yield `add map ${word} ${TABLE} ports { type inet_proto . inet_service : ${word === 'ip' ? 'ipv4_addr' : 'ipv6_addr'} . inet_service ; }`;
      for (const [chain, priority] of [
        ['prerouting', -100],
        ['output', -100],
        ['postrouting', 90],
      ] as const) {
        yield `add chain ${word} ${TABLE} ${chain} { type nat hook ${chain} priority ${priority} ; }`;
        yield `flush chain ${word} ${TABLE} ${chain}`;
      }
      yield `add rule ${word} ${TABLE} prerouting ${dnat}`;
      yield `add rule ${word} ${TABLE} output ${dnat}`;
      // A pod that reaches itself through its host port must see the node's address, not its own.
      for (const cidr of own)
        yield `add rule ${word} ${TABLE} postrouting ${word} saddr ${cidr} ct status dnat masquerade`;
    }
  }

  async #nft(commands: Iterable<string>): Promise<void> {
    await this.#inNode('nft', ['-f', '-'], `${[...commands].join('\n')}\n`);
  }
}

/** Takes all of them away, in the namespace of the calling thread. */
export async function removeHostPorts(): Promise<void> {
  const script = ['ip', 'ip6']
    .map((word) => `table ${word} ${TABLE}\ndelete table ${word} ${TABLE}\n`)
    .join('');
  const running = promisify(execFile)('nft', ['-f', '-']);
  running.child.stdin?.end(script);
  await running;
}

const mapOf = (ip: Ip): string => `${ip.family === 'ipv4' ? 'ip' : 'ip6'} ${TABLE} ports`;

function elements(ips: readonly Ip[], mappings: readonly PortMapping[]) {
  return ips.flatMap((ip) =>
    mappings.map(({ hostPort, containerPort, protocol }) => ({
      map: mapOf(ip),
      key: `${protocol} . ${hostPort}`,
      target: `${ip} . ${containerPort}`,
    })),
  );
}

/** Runs programs in a network namespace, which they inherit from the thread that starts them. */
export function inNetns(netns: Netns): InNode {
  return async (program, args, stdin) => {
    const { running } = netns.run(() => ({ running: promisify(execFile)(program, [...args]) }));
    running.child.stdin?.end(stdin);
    return (await running).stdout;
  };
}
