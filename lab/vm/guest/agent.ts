/**
 * Runs the host's commands inside a virtual machine: one at a time on each port. A command whose client goes away is
 * asked to end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { encode, type GuestMessage, type HostMessage, LineParser, PORTS, portName } from '../protocol.ts';

const CLASS = '/sys/class/virtio-ports';
/** A port without a client reads as ended: looked at again after so long. */
const IDLE_MS = 20;

const read = promisify(fs.read);

/** Descriptor of a port, as soon as the kernel has it. */
async function openPort(name: string): Promise<number> {
  for (;;) {
    for (const device of fs.existsSync(CLASS) ? fs.readdirSync(CLASS) : []) {
      const file = path.join(CLASS, device, 'name');
      if (fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim() === name)
        return fs.openSync(`/dev/${device}`, 'r+');
    }
    await sleep(IDLE_MS);
  }
}

class Port {
  readonly #fd: number;
  #child: ChildProcess | undefined;
  #id = '';

  constructor(fd: number) {
    this.#fd = fd;
  }

  async serve(): Promise<void> {
    const parser = new LineParser<HostMessage>();
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const { bytesRead } = await read(this.#fd, buffer, 0, buffer.length, null);
      if (bytesRead > 0)
        for (const message of parser.push(buffer.subarray(0, bytesRead))) this.#handle(message);
      else {
        this.#end();
        await sleep(IDLE_MS);
      }
    }
  }

  #handle(message: HostMessage): void {
    switch (message.op) {
      case 'ping':
        this.#end();
        this.#say({ id: message.id, pong: true });
        break;
      case 'run':
        this.#run(message);
        break;
      case 'signal':
        if (message.id === this.#id) this.#child?.kill(message.signal);
        break;
      case 'power-off':
        process.exit(0);
    }
  }

  #run({ id, argv, cwd, env }: HostMessage & { op: 'run' }): void {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#id = id;
    const base64 = (chunk: Buffer): string => chunk.toString('base64');
    child.stdout.on('data', (chunk) => this.#say({ id, out: base64(chunk) }));
    child.stderr.on('data', (chunk) => this.#say({ id, err: base64(chunk) }));
    child.on('error', (error) => this.#say({ id, err: base64(Buffer.from(`${error.message}\n`)) }));
    // Not `close`: what the command leaves running may have its output still open.
    child.on('exit', (code, signal) => {
      const exit = code ?? 128 + (signal ? constants.signals[signal] : 0);
      setImmediate(() => this.#say({ id, exit }));
    });
  }

  #end(): void {
    if (this.#child?.exitCode === null) this.#child.kill('SIGTERM');
    this.#child = undefined;
    this.#id = '';
  }

  /** Blocks while the client is slow; nothing of what a command says is dropped. */
  #say(message: GuestMessage): void {
    if ('pong' in message || message.id === this.#id) fs.writeSync(this.#fd, encode(message));
  }
}

await Promise.all(
  Array.from({ length: PORTS }, async (_, n) => new Port(await openPort(portName(n))).serve()),
);
