/** Runs the compiled program against a folder of its own, for tests. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnExecutor } from '../runtime/index.ts';
import { compilePlugin } from './compile-plugin.ts';
import { config, environment } from './fake-backend.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const execute = spawnExecutor({ timeoutMs: 30_000 });

/** A compiled churnlab-cni with a socket path and a queue folder; everything goes when it is disposed of. */
export class PluginProgram implements Disposable {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'clb-cni-'));
  readonly file = compilePlugin(this.dir);
  readonly socketPath = path.join(this.dir, 'run', 'cni.sock');
  readonly queueDir = path.join(this.dir, 'var', 'queue');

  /** Removes socket and queue, for the next test. */
  reset(): void {
    for (const name of ['run', 'var']) rmSync(path.join(this.dir, name), { recursive: true, force: true });
  }

  /** Runs the program; variables given as undefined are absent. */
  run(env: Variables, stdin = config()) {
    const all: Variables = {
      CHURNLAB_CNI_SOCKET: this.socketPath,
      CHURNLAB_CNI_QUEUE_DIR: this.queueDir,
      CHURNLAB_CNI_WAIT_MS: '50',
      CHURNLAB_CNI_REPLY_MS: '20000',
      ...env,
    };
    const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return execute({ plugin: this.file, command: 'ADD', env: Object.fromEntries(present), stdin });
  }

  /** Runs it with all variables of a call for container c1. */
  call(command: string, more: Variables = {}, stdin = config()) {
    return this.run({ ...environment(command), CHURNLAB_T0: undefined, ...more }, stdin);
  }

  /** Listens in the agent's place and treats each connection as `answer` does. */
  async listen(answer: (socket: Socket) => void): Promise<AsyncDisposable> {
    mkdirSync(path.dirname(this.socketPath), { recursive: true });
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
    return {
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  /** Names of the queued entries, sorted. */
  entries(): string[] {
    return readdirSync(this.queueDir)
      .filter((name) => !name.startsWith('.'))
      .sort();
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true });
  }
}
