/**
 * A network and a mount namespace that end with the test process, even when it is killed: /run and /var/lib are
 * the namespace's own, so that nothing is left on the machine.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { spawnExecutor } from '../runtime/index.ts';

const SETUP = [
  'mount -t tmpfs tmpfs /run',
  'mount -t tmpfs tmpfs /var/lib',
  'ip link set lo up',
  'echo ready',
  'exec cat >&2',
].join(' && ');

export class DisposableNode implements AsyncDisposable {
  readonly #process: ReturnType<typeof spawn>;

  static async start(): Promise<DisposableNode> {
    // unshare makes mounts private; cat ends when the pipe from here does.
    const child = spawn('unshare', ['--net', '--mount', 'sh', '-c', SETUP], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return new DisposableNode(child);
  }

  private constructor(child: ReturnType<typeof spawn>) {
    this.#process = child;
  }

  /** Where the node's files are for this process. */
  get root(): string {
    return `/proc/${this.#process.pid}/root`;
  }

  readonly #enter = () => ['nsenter', '-t', `${this.#process.pid}`, '--net', '--mount'];

  /** Runs plugins inside. */
  get executor() {
    return spawnExecutor({ prefix: this.#enter(), timeoutMs: 60_000 });
  }

  /** Runs a command inside and returns what it prints. Throws when it fails. */
  run(command: string): string {
    const [program = '', ...args] = [...this.#enter(), 'sh', '-c', command];
    return execFileSync(program, args, { stdio: 'pipe' }).toString();
  }

  /** The same without blocking this process: for commands that ask it something. */
  async runAsync(command: string, env: Record<string, string>): Promise<string> {
    const [program = '', ...args] = [...this.#enter(), 'sh', '-c', command];
    const { stdout } = await promisify(execFile)(program, args, { env: { PATH: process.env.PATH, ...env } });
    return stdout;
  }

  /** Makes a pod's network namespace; returns its path inside the node. */
  addPod(name: string): string {
    this.run(`ip netns add ${name}`);
    return `/run/netns/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await exited;
  }
}
