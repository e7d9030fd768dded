import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { Writable } from 'node:stream';
import type { PortForward } from '@kubernetes/client-node';
import { withSocketPath } from '../ipc/index.ts';
import { type KubeconfigContext, loadKubeconfig } from './kubeconfig.ts';

/** How often a stream says that it is still there: balancers before an API server cut those that are silent. */
const PING_MS = 30_000;

/** A port on the loopback of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** A port that is listened for here, until it is disposed of. */
export interface ForwardedPort extends AsyncDisposable {
  /** Why the last connection that failed could not be made; empty when none has failed. */
  trouble(): string;
}

/** What is used of a WebSocket of the library. */
interface Stream {
  readonly readyState: number;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  close(): void;
  ping(): void;
}

/**
 * Ports of pods as unix sockets of this machine, through the API server and the kubelet (`pods/portforward`): nothing of
 * it goes over the pods' own network.
 */
export class PortForwarder {
  readonly #forward: Promise<PortForward>;

  constructor({ files, context }: KubeconfigContext) {
    this.#forward = loadKubeconfig(files, context).then(async (config) => {
      const { PortForward } = await import('@kubernetes/client-node');
      return new PortForward(config, true);
    });
    // What is wrong with the files is reported by the first use.
    this.#forward.catch(() => {});
  }

  /** Each connection to `socket` is one to the port, until the result is disposed of. @throws KubeError Invalid */
  async listen(pod: PodPort, socket: string): Promise<ForwardedPort> {
    const forward = await this.#forward;
    const open = new Set<net.Socket>();
    let trouble = '';
    const server = net.createServer({ allowHalfOpen: false }, (connection) => {
      open.add(connection);
      connection.on('error', () => {}).on('close', () => open.delete(connection));
      relay(forward, pod, connection).catch((error: Error) => {
        trouble = error.message;
        connection.destroy();
      });
    });
    fs.rmSync(socket, { force: true });
    await withSocketPath(socket, async (short) => {
      server.listen(short);
      await once(server, 'listening');
      fs.chmodSync(short, 0o600);
    });
    return {
      trouble: () => trouble,
      async [Symbol.asyncDispose]() {
        for (const connection of open) connection.destroy();
        server.close();
        await once(server, 'close');
        fs.rmSync(socket, { force: true });
      },
    };
  }
}

/** Resolves once bytes go both ways; rejects when they do not. */
async function relay(forward: PortForward, pod: PodPort, connection: net.Socket): Promise<void> {
  const trouble = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length > 0) connection.destroy();
      done();
    },
  });
  const { namespace, name, port } = pod;
  const opened = await forward.portForward(namespace, name, [port], connection, trouble, connection);
  const stream = (typeof opened === 'function' ? opened() : opened) as Stream | null;
  if (stream === null || connection.destroyed) {
    stream?.close();
    connection.destroy();
    return;
  }
  const pings = setInterval(() => stream.ping(), PING_MS).unref();
  stream.onclose = () => {
    clearInterval(pings);
    connection.end();
  };
  stream.onerror = () => connection.destroy();
  connection.on('close', () => stream.close());
}
