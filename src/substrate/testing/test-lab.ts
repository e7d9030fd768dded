import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureNative, findProgram } from '../../../lab/setup/index.ts';
import { Ip } from '../../ip/index.ts';
import { NamespaceDaemon, Netns, type RunOutcome } from '../../kernel/index.ts';
import { ping } from '../../kernel/testing/index.ts';
import { labSpec } from '../../scenario/index.ts';
import { down, LabDirectory, NetnsLab, type UpOptions, up } from '../index.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What `up` needs, built and cached. */
export async function upOptions(...pluginFolders: readonly string[]): Promise<UpOptions> {
  const [nsd, cni, bpfObject] = await Promise.all(
    (['churnlab-nsd', 'churnlab-cni', 'churnlab.bpf.o'] as const).map((name) => ensureNative(name)),
  );
  return {
    binaries: { nsd: nsd!, bpfObject: bpfObject! },
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
}

/** A real netns lab in a temporary folder, gone with all that is in it when it is disposed of. */
export class TestLab implements AsyncDisposable {
  readonly directory: LabDirectory;
  readonly lab: NetnsLab;
  readonly #home: string;

  private constructor(directory: LabDirectory, lab: NetnsLab, home: string) {
    this.directory = directory;
    this.lab = lab;
    this.#home = home;
  }

  static async up(
    fields: Parameters<typeof labSpec>[0],
    { name = 'test', plugins = [] }: TestLabOptions = {},
  ): Promise<TestLab> {
    const home = temporaryHome();
    const directory = new LabDirectory(name, home);
    try {
      await up(directory, labSpec(fields), await upOptions(...plugins));
      return new TestLab(directory, await NetnsLab.open(name, home), home);
    } catch (error) {
      fs.rmSync(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** The node's file system, seen from here. */
  root(node: string): string {
    return `/proc/${this.lab.record.nodes.find(({ name }) => name === node)!.pid}/root`;
  }

  /** Runs a shell command in a node, or in one of its pods. */
  async sh(node: string, script: string, pod?: string): Promise<RunOutcome> {
    using daemon = await NamespaceDaemon.connect(this.directory.daemon(node));
    return await daemon.run({
      argv: [findProgram('sh')!, '-c', script],
      env: { PATH },
      ...(pod === undefined ? {} : { netns: pod }),
    });
  }

  /** Whether a pod reaches an address. */
  reaches(node: string, pod: string, address: string): boolean {
    using netns = Netns.open(path.join(this.root(node), 'run/netns', pod));
    return ping(netns, Ip.parse(address).bytes());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
    await down(this.directory, () => {});
    fs.rmSync(this.#home, { recursive: true, force: true });
  }
}
