import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {
  encode,
  type GuestMessage,
  type HostMessage,
  LineParser,
  PORTS,
  type RunRequest,
} from './protocol.ts';
import { VmError } from './vm-error.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One of the machine's ports, this process's own until it is disposed of. */
export class Port implements Disposable {
  readonly #socket: net.Socket;
  readonly #lock: string;
  readonly #parser = new LineParser<GuestMessage>();
  #onMessage: (message: GuestMessage) => void = () => {};
  #onLost: () => void = () => {};

  private constructor(socket: net.Socket, lock: string) {
    this.#socket = socket;
    this.#lock = lock;
    socket.on('data', (chunk) => {
      for (const message of this.#parser.push(chunk)) this.#onMessage(message);
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#onLost());
  }

  /** Takes a port that nobody uses. @throws VmError not-up, busy */
  static async open(folder: string): Promise<Port> {
    for (let n = 0; n < PORTS; n++) {
      const lock = path.join(folder, `port${n}.lock`);
      if (!take(lock)) continue;
      try {
        return new Port(await connect(folder, `port${n}.sock`), lock);
      } catch (cause) {
        fs.rmSync(lock, { force: true });
        throw new VmError('not-up', 'The virtual machine does not run (any more)', { cause });
      }
    }
    throw new VmError('busy', `${PORTS} commands run in the virtual machine already: wait for one of them`);
  }

  /** Resolves once the guest answers, or after `timeoutMs` to false. */
  async answers(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const id = randomUUID();
    this.#onMessage = (message) => {
      if ('pong' in message && message.id === id) resolve(true);
    };
    this.#onLost = () => resolve(false);
    // Asked again: what is sent before the guest has opened its side is lost.
    const ask = (): void => this.#send({ op: 'ping', id });
    const asking = setInterval(ask, 250);
    const limit = setTimeout(() => resolve(false), timeoutMs);
    ask();
    try {
      return await promise;
    } finally {
      clearInterval(asking);
      clearTimeout(limit);
    }
  }

  /** Runs a command with this process's output and signals; resolves to its exit code. @throws VmError not-up */
  async run(request: Omit<RunRequest, 'op' | 'id'>): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const id = randomUUID();
    this.#onMessage = (message) => {
      if (message.id !== id) return;
      if ('out' in message) process.stdout.write(Buffer.from(message.out, 'base64'));
      if ('err' in message) process.stderr.write(Buffer.from(message.err, 'base64'));
      if ('exit' in message) resolve(message.exit);
    };
    this.#onLost = () => reject(new VmError('not-up', 'The virtual machine ended while the command ran'));
    const forward = (signal: NodeJS.Signals): void => this.#send({ op: 'signal', id, signal });
    for (const signal of SIGNALS) process.on(signal, forward);
    this.#send({ op: 'run', id, ...request });
    try {
      return await promise;
    } finally {
      for (const signal of SIGNALS) process.off(signal, forward);
    }
  }

  /** Switches the machine off; resolves when it is. */
  async powerOff(): Promise<void> {
    const gone = once(this.#socket, 'close');
    this.#send({ op: 'power-off', id: randomUUID() });
    await gone;
  }

  [Symbol.dispose](): void {
    this.#onLost = () => {};
    this.#socket.destroy();
    fs.rmSync(this.#lock, { force: true });
  }

  #send(message: HostMessage): void {
    this.#socket.write(encode(message));
  }
}

/** True when the lock is now this process's; one whose owner is gone is taken over. */
function take(lock: string): boolean {
  for (let tries = 0; tries < 2; tries++) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return true;
    } catch {
      if (tries > 0 || isAlive(lock)) return false;
      fs.rmSync(lock, { force: true });
    }
  }
  return false;
}

function isAlive(lock: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/** Through a descriptor, since a clone's path may be longer than sun_path allows. */
async function connect(folder: string, name: string): Promise<net.Socket> {
  const fd = fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    const socket = net.connect(`/proc/self/fd/${fd}/${name}`);
    await once(socket, 'connect');
    return socket;
  } finally {
    fs.closeSync(fd);
  }
}
