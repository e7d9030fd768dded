import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureNative } from '../../../lab/setup/index.ts';
import { Ip } from '../../ip/index.ts';
import { NamespaceDaemon, Netns, type RunOutcome } from '../../kernel/index.ts';
import { ping } from '../../kernel/testing/index.ts';
import { labSpec } from '../../scenario/index.ts';
import { down, LabDirectory, NetnsLab, type UpOptions, up } from '../index.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What `up` needs, built and cached. */
export async function upOptions(...pluginFolders: readonly string[]): Promise<UpOptions> {
  const [nsd, cni, bpfObject, servicesObject] = await Promise.all(
    (['churnlab-nsd', 'churnlab-cni', 'churnlab.bpf.o', 'services.bpf.o'] as const).map((name) =>
      ensureNative(name),
    ),
  );
  return {
    binaries: { nsd: nsd!, bpfObject: bpfObject!, servicesObject: servicesObject! },
    cniPath: [path.dirname(cni!), ...pluginFolders],
    progress: () => {},
  };
}

/** A folder for the labs of one test file. */
export function temporaryHome(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'clb-labs-'));
}

export interface TestLabOptions {
  readonly name?: string;
  /** Folders of reference plugins. */
  readonly plugins?: readonly string[];
  /** Programs of Kubernetes that the lab runs. */
  readonly tools?: UpOptions['tools'];
}

export interface PluginOptions {
  readonly netns?: string;
  readonly ifname?: string;
  /** Fields of the network configuration. */
  readonly config?: object;
}

/** What the plugin printed: a result, or an error object. */
export interface PluginAnswer {
  readonly exitCode: number;
  readonly code?: number;
  readonly msg?: string;
  readonly ips?: readonly { readonly address: string }[];
}

/** A real netns lab in a temporary folder, gone with all that is in it when it is disposed of. */
export class TestLab implements AsyncDisposable {
  readonly directory: LabDirectory;
  readonly lab: NetnsLab;
  readonly #home: string;
  readonly #daemons: ReadonlyMap<string, NamespaceDaemon>;

  private constructor(
    directory: LabDirectory,
    lab: NetnsLab,
    home: string,
    daemons: ReadonlyMap<string, NamespaceDaemon>,
  ) {
    this.directory = directory;
    this.lab = lab;
    this.#home = home;
    this.#daemons = daemons;
  }

  static async up(
    fields: Parameters<typeof labSpec>[0],
    { name = 'test', plugins = [], tools = {} }: TestLabOptions = {},
  ): Promise<TestLab> {
    const home = temporaryHome();
    const directory = new LabDirectory(name, home);
    try {
      await up(directory, labSpec(fields), { ...(await upOptions(...plugins)), tools });
      const lab = await NetnsLab.open(name, home);
      const daemons = new Map<string, NamespaceDaemon>();
      for (const node of lab.nodes) daemons.set(node, await NamespaceDaemon.connect(directory.daemon(node)));
      return new TestLab(directory, lab, home, daemons);
    } catch (error) {
      fs.rmSync(home, { recursive: true, force: true });
      throw error;
    }
  }

  daemon(node: string): NamespaceDaemon {
    return this.#daemons.get(node)!;
  }

  /** The node's file system, seen from here. */
  root(node: string): string {
    return `/proc/${this.lab.record.nodes.find(({ name }) => name === node)!.pid}/root`;
  }

  /** Runs a shell command in a node, or in one of its pods. */
  async sh(node: string, script: string, pod?: string): Promise<RunOutcome> {
    return await this.daemon(node).run({
      argv: ['/bin/sh', '-c', script],
      env: { PATH },
      ...(pod === undefined ? {} : { netns: pod }),
    });
  }

  /** Executes the plugin of this network in a node, as a runtime does. */
  async plugin(
    node: string,
    command: string,
    id: string,
    options: PluginOptions = {},
  ): Promise<PluginAnswer> {
    const { netns = `/run/netns/${id}`, ifname = 'eth0', config = {} } = options;
    const { exitCode, stdout } = await this.daemon(node).run({
      argv: [path.join(this.lab.record.cniPath[0]!, 'churnlab-cni')],
      env: {
        CNI_COMMAND: command,
        CNI_CONTAINERID: id,
        CNI_NETNS: netns,
        CNI_IFNAME: ifname,
        CNI_PATH: this.lab.record.cniPath.join(':'),
      },
      stdin: JSON.stringify({ cniVersion: '1.1.0', name: 'churnlab', type: 'churnlab-cni', ...config }),
    });
    return { exitCode, ...(stdout === '' ? {} : JSON.parse(stdout)) };
  }

  /** Makes a pod's namespace and attaches it by the plugin. Returns its addresses, IPv4 first. */
  async addPod(node: string, id: string): Promise<string[]> {
    await this.daemon(node).addNetns(id);
    const { ips = [], ...answer } = await this.plugin(node, 'ADD', id);
    if (answer.exitCode !== 0) throw new Error(`ADD ${id}: ${JSON.stringify(answer)}`);
    return ips.map(({ address }) => address.split('/')[0]!);
  }

  /** Whether a pod reaches an address. */
  reaches(node: string, pod: string, address: string): boolean {
    using netns = Netns.open(path.join(this.root(node), 'run/netns', pod));
    return ping(netns, Ip.parse(address).bytes());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons.values()) daemon[Symbol.dispose]();
    await this.lab[Symbol.asyncDispose]();
    await down(this.directory, () => {});
    fs.rmSync(this.#home, { recursive: true, force: true });
  }
}
