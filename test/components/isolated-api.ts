import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child, writeKubeconfig } from '../../lab/kubernetes/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { listenTcp, Netns, warmThreadPool } from '../../src/kernel/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import { Controllers } from '../../src/kube/server/controllers/index.ts';
import { ApiServer } from '../../src/kube/server/index.ts';

export const NODE_IP = '172.30.0.11';
const PORT = 6443;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/**
 * The embedded API server and its controllers, reachable inside a disposable network namespace in which programs
 * of Kubernetes run as on a node: nothing they do to links, routes and rules is seen outside.
 */
export class IsolatedApi implements AsyncDisposable {
  readonly client: KubeClient;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly #netns: Netns;
  readonly #parts: AsyncDisposableStack;

  private constructor(server: ApiServer, folder: string, netns: Netns, parts: AsyncDisposableStack) {
    this.client = server.client;
    this.folder = folder;
    this.kubeconfig = path.join(folder, 'kubeconfig');
    this.#netns = netns;
    this.#parts = parts;
  }

  /** @param options `controllers`: false leaves everything to the program that is tested */
  static async start({ controllers = true } = {}): Promise<IsolatedApi> {
    await using parts = new AsyncDisposableStack();
    const folder = await mkdtemp(path.join(tmpdir(), 'components-'));
    parts.defer(() => rm(folder, { recursive: true, force: true }));
    await warmThreadPool();
    const netns = parts.use(Netns.create());
    const token = 'components';
    const serviceCidrs = ['10.96.0.0/16', 'fd00:96::/112'];
    const server = parts.use(await ApiServer.start({ token, serviceCidrs }));
    if (controllers) parts.use(await Controllers.start(server.client));
    const api = new IsolatedApi(server, folder, netns, parts.move());
    try {
      api.run('ip', 'link', 'set', 'lo', 'up');
      api.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0');
      api.run('ip', 'address', 'add', `${NODE_IP}/24`, 'dev', 'eth0');
      for (const link of ['eth0', 'peer0']) api.run('ip', 'link', 'set', link, 'up');
      await server.listenTls({ fd: listenTcp(netns, LOOPBACK, PORT) });
      const certificateAuthority = path.join(folder, 'ca.crt');
      await writeFile(certificateAuthority, server.ca);
      const content = { server: `https://127.0.0.1:${PORT}`, token, certificateAuthority, name: 'embedded' };
      await writeKubeconfig(api.kubeconfig, content);
      return api;
    } catch (error) {
      await api[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts a built tool in the namespace; it ends with this object at the latest. */
  async spawn(tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const file = await ensureTool(tool, { onProgress: (line) => console.log(line) });
    const child = this.#netns.run(() => Child.start(this.folder, file, args, { ...process.env, ...env }));
    return this.#parts.use(child);
  }

  /** What a command prints in the namespace. */
  run(file: string, ...args: string[]): string {
    return this.#netns.run(() =>
      execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/** Asks until the answer satisfies, or the program that should bring it about ends. */
export async function eventually<T>(
  child: Child,
  ask: () => T | Promise<T>,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  const asking = async () => {
    for (;;) {
      const answer = await ask();
      if (satisfies(answer)) return answer;
      await sleep(50);
    }
  };
  return await Promise.race([asking(), child.failure()]);
}
