import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KernelError } from '../errno.ts';
import { encodeRequest, type Fields, Operation, type Reply, ReplyParser } from './wire.ts';

/** A program to run once inside the daemon's namespaces. */
export interface RunSpec {
  /** Absolute path, then arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Name of a pod namespace made by {@link NamespaceDaemon.addNetns}; the daemon's own when absent. */
  readonly netns?: string;
}

/** How a program ended; times are CLOCK_MONOTONIC in ns, stamped beside vfork and wait. */
export interface RunOutcome {
  readonly startedNs: number;
  readonly endedNs: number;
  readonly exitCode: number;
  /** 0 when the program exited by itself. */
  readonly signal: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program to keep running. */
export interface StartSpec {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** File that stdout and stderr are appended to. */
  readonly log: string;
  /** Start it again, with a growing wait, whenever it ends. */
  readonly restart: boolean;
  readonly netns?: string;
}

export interface SupervisedProcess {
  readonly name: string;
  /** 0 while it waits for its restart. */
  readonly pid: number;
  readonly restarts: number;
}

export interface DaemonSpec {
  /** Path of the churnlab-nsd binary. */
  readonly binary: string;
  /** Directory of its socket (`nsd.sock`) and log (`nsd.log`). */
  readonly directory: string;
  readonly name: string;
  /** Directory of a cgroup v2 to live in. */
  readonly cgroup?: string;
  readonly newNet: boolean;
  /** Own /run, /sys, and layers over /etc and /var/lib. */
  readonly nodeMounts: boolean;
}

const SOCKET = 'nsd.sock';
const START_TIMEOUT_MS = 10_000;

const environment = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([key, value]) => `${key}=${value}`);

/** A connection to a churnlab-nsd. Calls may overlap; programs run side by side. */
export class NamespaceDaemon implements Disposable {
  readonly #socket: net.Socket;
  readonly #waiting = new Map<
    number,
    { resolve(fields: Fields): void; reject(error: Error): void; operation: string }
  >();
  #next = 1;
  #lost: Error | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    const parser = new ReplyParser();
    socket.on('data', (chunk: Buffer) => {
      for (const reply of parser.push(chunk)) this.#settle(reply);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#lost = new KernelError('reach the namespace daemon', 32);
      for (const { reject, operation } of this.#waiting.values()) {
        reject(new Error(`${operation}: the namespace daemon ended (its node was stopped or killed)`));
      }
      this.#waiting.clear();
    });
  }

  /**
   * Starts a daemon that outlives this process and waits until it answers.
   * @returns its process id
   * @throws Error with the daemon's own words when it could not make its namespaces
   */
  static async launch(spec: DaemonSpec): Promise<number> {
    fs.mkdirSync(spec.directory, { recursive: true, mode: 0o700 });
    fs.rmSync(path.join(spec.directory, SOCKET), { force: true });
    const log = fs.openSync(path.join(spec.directory, 'nsd.log'), 'a', 0o600);
    const child = spawn(
      spec.binary,
      [
        '--name',
        spec.name,
        '--socket',
        SOCKET,
        ...(spec.cgroup ? ['--cgroup', spec.cgroup] : []),
        ...(spec.newNet ? ['--new-net'] : []),
        ...(spec.nodeMounts ? ['--node-mounts'] : []),
      ],
      { cwd: spec.directory, detached: true, stdio: ['ignore', log, log], env: {} },
    );
    fs.closeSync(log);
    child.unref();
    await started(child, spec);
    return child.pid!;
  }

  /** Connects to the daemon whose socket lies in `directory`. Throws ECONNREFUSED or ENOENT when it is gone. */
  static async connect(directory: string): Promise<NamespaceDaemon> {
    // Through a descriptor, since a lab's directory may be longer than sun_path allows.
    const fd = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    try {
      const socket = net.connect(`/proc/self/fd/${fd}/${SOCKET}`);
      await once(socket, 'connect');
      return new NamespaceDaemon(socket);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Makes `/run/netns/<name>` in the node's mount namespace, with lo up. Returns the namespace's inode. */
  async addNetns(name: string): Promise<number> {
    return (await this.#call(`make network namespace ${name}`, Operation.NetnsAdd, { text: name })).u64();
  }

  async deleteNetns(name: string): Promise<void> {
    await this.#call(`remove network namespace ${name}`, Operation.NetnsDel, { text: name });
  }

  /** Runs a program to its end. Throws KernelError when it could not be started (ENOENT: no such program). */
  async run(spec: RunSpec): Promise<RunOutcome> {
    const fields = await this.#call(
      `run ${spec.argv[0]}`,
      Operation.Run,
      { text: spec.netns ?? '' },
      { list: spec.argv },
      { list: environment(spec.env) },
      { bytes: Buffer.from(spec.stdin ?? '') },
    );
    return {
      startedNs: fields.u64(),
      endedNs: fields.u64(),
      exitCode: fields.u32(),
      signal: fields.u32(),
      stdout: fields.block(),
      stderr: fields.block(),
    };
  }

  /** Starts a supervised program; returns its first process id. Throws EEXIST for a name in use. */
  async start(spec: StartSpec): Promise<number> {
    const fields = await this.#call(
      `start ${spec.name}`,
      Operation.Start,
      { text: spec.name },
      { text: spec.netns ?? '' },
      { text: spec.log },
      { u8: spec.restart ? 1 : 0 },
      { list: spec.argv },
      { list: environment(spec.env) },
    );
    return fields.u32();
  }

  /** Ends a supervised program for good: `signal`, then SIGKILL after `patienceMs`. Resolves when it is gone. */
  async stop(name: string, signal = 15, patienceMs = 3000): Promise<void> {
    await this.#call(`stop ${name}`, Operation.Stop, { text: name }, { u32: signal }, { u32: patienceMs });
  }

  /** Sends a signal to a supervised program; what it dies of is answered by its restart. */
  async signal(name: string, signal: number): Promise<void> {
    await this.#call(`signal ${name}`, Operation.Signal, { text: name }, { u32: signal });
  }

  /**
   * SIGKILL for a supervised program, which is not started again before `downMs` are over: until then there is no such
   * process. Resolves at once.
   */
  async kill(name: string, downMs: number): Promise<void> {
    await this.#call(`kill ${name}`, Operation.Kill, { text: name }, { u32: Math.round(downMs) });
  }

  async list(): Promise<SupervisedProcess[]> {
    const fields = await this.#call('list processes', Operation.List);
    return Array.from({ length: fields.u32() }, () => ({
      name: fields.text(),
      pid: fields.u32(),
      restarts: fields.u32(),
    }));
  }

  /** Ends the daemon and all it runs: SIGTERM, then SIGKILL after 3 s. Resolves when it is gone. */
  async shutdown(): Promise<void> {
    // Not once(): it would fail by an error of the socket, which is as good an end as any.
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', () => resolve());
    await this.#call('end the namespace daemon', Operation.Shutdown);
    await closed;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #call(
    operation: string,
    code: number,
    ...fields: Parameters<typeof encodeRequest> extends [number, number, ...infer F] ? F : never
  ): Promise<Fields> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = this.#next++ >>> 0;
    const { promise, resolve, reject } = Promise.withResolvers<Fields>();
    this.#waiting.set(id, { resolve, reject, operation });
    this.#socket.write(encodeRequest(id, code, ...fields));
    return promise;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting.resolve(reply.fields);
    else waiting.reject(new KernelError(waiting.operation, reply.fields.u32(), reply.fields.text()));
  }
}

async function started(child: ChildProcess, spec: DaemonSpec): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  child.on('exit', (code) => {
    failure ??= `exit code ${code}`;
  });
  while (Date.now() < deadline) {
    if (failure !== undefined) break;
    try {
      using _ = await NamespaceDaemon.connect(spec.directory);
      return;
    } catch {
      await sleep(2);
    }
  }
  const log = fs.readFileSync(path.join(spec.directory, 'nsd.log'), 'utf8').trim().split('\n').at(-1);
  throw new Error(`start namespace daemon ${spec.name}: ${log || failure || 'no answer within 10 s'}`);
}
