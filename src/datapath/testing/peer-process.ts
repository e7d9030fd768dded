import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Netns } from '../../kernel/index.ts';
import { type Exchange, type Flood, type PeerReply, type PeerRequest, PORT } from './peer-protocol.ts';

type OptionsOf<Op extends 'tcp' | 'udp' | 'open'> = Partial<
  Omit<Extract<PeerRequest, { op: Op }>, 'op' | 'host'>
>;
export type TcpOptions = OptionsOf<'tcp'>;
export type UdpOptions = OptionsOf<'udp'>;
export type OpenOptions = OptionsOf<'open'>;

/** A running peer.ts in a namespace. One request at a time. */
export class PeerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * @param name what it answers with
   * @param cgroup directory of the cgroup that it belongs to
   */
  static async start(netns: Netns, name: string, cgroup?: string): Promise<PeerProcess> {
    // The child is forked by this thread, so it begins in the namespace that the thread is in.
    const child = netns.run(() => fork(path.join(import.meta.dirname, 'peer.ts'), [name], { execArgv: [] }));
    await once(child, 'message');
    // Sockets belong to the cgroup that their maker is in: its clients are made later.
    if (cgroup !== undefined) fs.writeFileSync(path.join(cgroup, 'cgroup.procs'), String(child.pid));
    return new PeerProcess(child);
  }

  /** Connects, sends `bytes` and gets them back. Rejects when that fails. */
  async tcp(host: string, options: TcpOptions = {}): Promise<Exchange> {
    return (await this.#ask({ op: 'tcp', host, port: PORT, bytes: 10, ...options })) as Exchange;
  }

  /** Sends one datagram. Rejects with `no answer` when none comes in time. */
  async udp(host: string, options: UdpOptions = {}): Promise<Exchange> {
    return (await this.#ask({ op: 'udp', host, port: PORT, bytes: 10, ...options })) as Exchange;
  }

  async open(host: string, options: OpenOptions = {}): Promise<void> {
    await this.#ask({ op: 'open', host, port: PORT, ...options });
  }

  async say(bytes: number): Promise<number> {
    return ((await this.#ask({ op: 'say', bytes })) as Exchange).bytes;
  }

  async flood(host: string, port = PORT): Promise<void> {
    await this.#ask({ op: 'flood', host, port });
  }

  async stopFlood(): Promise<Flood> {
    return (await this.#ask({ op: 'stop-flood' })) as Flood;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }

  async #ask(request: PeerRequest): Promise<PeerReply> {
    const answer = once(this.#child, 'message');
    this.#child.send(request);
    const [{ reply, error }] = (await answer) as [{ reply: PeerReply; error?: string }];
    if (error !== undefined) throw new Error(error);
    return reply;
  }
}
