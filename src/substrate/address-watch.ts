/**
 * Who has which address, as a node's files tell where nobody tells of calls. libcni keeps the result of every ADD until its DEL
 * is through (`results`, libcni/api.go); host-local has a file for each address that is taken (`networks`,
 * plugins/ipam/host-local/backend/disk). One inotify instance tells of all nodes of this machine in the order in which it happened.
 */
import fs, { type FSWatcher } from 'node:fs';
import path from 'node:path';
import { monotonicNs } from '../measure/index.ts';
import type { AddressChange } from './lab.ts';

/** A node's file system, seen from here. */
interface NodeRoot {
  readonly name: string;
  /** `/proc/<pid>/root`. */
  readonly root: string;
}

interface Attachment {
  readonly containerId: string;
  readonly pod: string | undefined;
  /** Those that are not given back yet. */
  readonly ips: Set<string>;
}

const RESULTS = 'var/lib/cni/results';
const NETWORKS = 'var/lib/cni/networks';
/** Where containerd's shims have a folder for each sandbox that runs. */
const TASKS = 'run/containerd/io.containerd.runtime.v2.task/k8s.io';

/** How often, and how far apart, it is looked whether a sandbox still runs whose address was taken back. */
const LOOKS = 20;
const LOOK_MS = 100;

/** Follows the addresses of nodes whose networks use host-local. */
export class AddressWatch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #told: (change: AddressChange) => void;
  #isOver = false;
  /** By node, then by the result's file. */
  readonly #attached = new Map<NodeRoot, Map<string, Attachment>>();

  private constructor(told: (change: AddressChange) => void) {
    this.#told = told;
  }

  /** Tells of the addresses that pods have, then of every change. */
  static open(nodes: readonly NodeRoot[], told: (change: AddressChange) => void): AddressWatch {
    const watch = new AddressWatch(told);
    for (const node of nodes) watch.#begin(node);
    return watch;
  }

  #begin(node: NodeRoot): void {
    const [results, networks] = [path.join(node.root, RESULTS), path.join(node.root, NETWORKS)];
    for (const folder of [results, networks]) fs.mkdirSync(folder, { recursive: true });
    this.#attached.set(node, new Map());
    this.#watch(results, (name) => this.#lookAtResult(node, name));
    this.#watch(networks, () => this.#watchNetworks(node));
    this.#watchNetworks(node);
    for (const name of fs.readdirSync(results)) this.#lookAtResult(node, name);
  }

  /** A folder for each network, made with its first pod. */
  #watchNetworks(node: NodeRoot): void {
    const networks = path.join(node.root, NETWORKS);
    for (const { name } of fs.readdirSync(networks, { withFileTypes: true }).filter((e) => e.isDirectory())) {
      const folder = path.join(networks, name);
      this.#watch(folder, (address) => this.#lookAtAddress(node, path.join(folder, address)));
    }
  }

  #watch(folder: string, look: (name: string) => void): void {
    if (this.#watchers.has(folder)) return;
    const watcher = fs.watch(folder, (_, name) => {
      if (name !== null) look(name);
    });
    // A node that is gone is said by whoever asks it for anything.
    watcher.on('error', () => {});
    this.#watchers.set(folder, watcher);
  }

  #lookAtResult(node: NodeRoot, name: string): void {
    const attached = this.#attached.get(node)!;
    const file = path.join(node.root, RESULTS, name);
    const known = attached.get(name);
    const result = readResult(file);
    if (known === undefined && result !== undefined) {
      attached.set(name, result);
      this.#tell('granted', node, result, [...result.ips]);
    } else if (known !== undefined && !fs.existsSync(file)) {
      attached.delete(name);
      this.#tell('released', node, known, [...known.ips]);
    }
  }

  /** Whoever has the address and is not the one that its file names has it no more, long before DEL is through. */
  #lookAtAddress(node: NodeRoot, file: string): void {
    const address = path.basename(file);
    const owner = ownerIn(file);
    // The next one has it, whose file is not written to its end yet: there will be word of that.
    if (owner === '') return;
    for (const holder of this.#attached.get(node)!.values()) {
      if (!holder.ips.has(address) || holder.containerId === owner) continue;
      this.#takenBack(node, holder, address, monotonicNs(), LOOKS);
    }
  }

  /**
   * containerd ends a sandbox before it asks for DEL: one that goes on running still has its address, whatever files say.
   * @param at when it was taken back
   */
  #takenBack(node: NodeRoot, holder: Attachment, address: string, at: number, looks: number): void {
    if (!holder.ips.has(address) || this.#isOver) return;
    if (!isRunning(node, holder.containerId)) {
      holder.ips.delete(address);
      this.#tell('released', node, holder, [address], at);
    } else if (looks > 0) {
      setTimeout(() => this.#takenBack(node, holder, address, at, looks - 1), LOOK_MS).unref();
    }
  }

  #tell(
    kind: AddressChange['kind'],
    node: NodeRoot,
    { containerId, pod }: Attachment,
    ips: readonly string[],
    at = monotonicNs(),
  ): void {
    if (ips.length === 0) return;
    this.#told({ kind, at, node: node.name, containerId, ...(pod === undefined ? {} : { pod }), ips });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}

/** Its first line is the container's ID; undefined without a file. */
function ownerIn(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]!.trim();
  } catch {
    return undefined;
  }
}

function isRunning({ root }: NodeRoot, containerId: string): boolean {
  return fs.existsSync(path.join(root, TASKS, containerId));
}

/** Undefined for a file that is gone, is not written to its end yet, or is of another network than the pods'. */
function readResult(file: string): Attachment | undefined {
  try {
    const { containerId, cniArgs = [], result } = JSON.parse(fs.readFileSync(file, 'utf8')) as Cached;
    const ips = (result?.ips ?? [])
      .map(({ address }) => address.split('/')[0]!)
      .filter((ip) => !isLoopback(ip));
    if (containerId === undefined || ips.length === 0) return undefined;
    const args = new Map(cniArgs);
    const pod = args.has('K8S_POD_NAME')
      ? `${args.get('K8S_POD_NAMESPACE')}/${args.get('K8S_POD_NAME')}`
      : undefined;
    return { containerId, pod, ips: new Set(ips) };
  } catch {
    return undefined;
  }
}

/** containerd attaches every sandbox to a network of plugin `loopback` as well. */
function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}

/** What of libcni's cached result is read; ips as from version 0.3.0 on. */
interface Cached {
  readonly containerId?: string;
  readonly cniArgs?: readonly (readonly [string, string])[];
  readonly result?: { readonly ips?: readonly { readonly address: string }[] };
}
