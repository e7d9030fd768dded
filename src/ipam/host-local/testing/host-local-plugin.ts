import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureTool } from '../../../../lab/tools/index.ts';

/** The reference plugin on a folder, as a runtime would call it. */
export class HostLocalPlugin {
  readonly #program: string;
  readonly #config: string;

  private constructor(program: string, config: string) {
    this.#program = program;
    this.#config = config;
  }

  /** @param rangeSets subnets, one list a family */
  static async open(folder: string, rangeSets: readonly (readonly string[])[]): Promise<HostLocalPlugin> {
    const program = await ensureTool('host-local', { onProgress: (line) => console.log(line) });
    const ranges = rangeSets.map((subnets) => subnets.map((subnet) => ({ subnet })));
    const ipam = { type: 'host-local', dataDir: path.dirname(folder), ranges };
    const config = { cniVersion: '1.0.0', name: path.basename(folder), type: 'bridge', ipam };
    return new HostLocalPlugin(program, JSON.stringify(config));
  }

  /** Addresses without their prefix lengths. @throws Error with the plugin's message */
  async add(containerId: string): Promise<string> {
    const { ips } = JSON.parse(await this.#call('ADD', containerId)) as { ips: { address: string }[] };
    return ips.map(({ address }) => address.replace(/\/.*/, '')).join(' ');
  }

  async del(containerId: string): Promise<void> {
    await this.#call('DEL', containerId);
  }

  async check(containerId: string): Promise<void> {
    await this.#call('CHECK', containerId);
  }

  async #call(command: string, containerId: string): Promise<string> {
    const env = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_IFNAME: 'eth0',
      CNI_NETNS: '/var/run/netns/none',
      CNI_PATH: path.dirname(this.#program),
    };
    const child = spawn(this.#program, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(this.#config);
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (status !== 0) throw new Error((JSON.parse(output) as { msg: string }).msg);
    return output;
  }
}
