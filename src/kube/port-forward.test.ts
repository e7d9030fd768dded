import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ForwardedPort, PortForwarder } from './port-forward.ts';

/** RFC 6455, 4.2.2: what a server adds to the key of the client. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [DATA, ERROR] = [0, 1];

/** An API server's end of one forwarded port, in the protocol v4.channel.k8s.io: channel, then bytes. */
class Forwarded {
  readonly #socket: net.Socket;
  onData: (data: Buffer) => void = () => {};

  constructor(socket: net.Socket) {
    this.#socket = socket;
    // Both channels begin with the number of the port.
    for (const channel of [DATA, ERROR]) this.send(channel, Buffer.from([0x50, 0]));
    socket.on('error', () => {}).on('data', (frame) => this.#received(frame));
  }

  /** A short binary frame, unmasked as those of servers are. */
  send(channel: number, data: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x82, data.length + 1, channel]), data]));
  }

  end(): void {
    this.#socket.end(Buffer.from([0x88, 0]));
  }

  #received(frame: Buffer): void {
    if ((frame[0]! & 0xf) !== 2) return;
    const mask = frame.subarray(2, 6);
    const payload = frame.subarray(6).map((byte, i) => byte ^ mask[i % 4]!);
    this.onData(Buffer.from(payload.subarray(1)));
  }
}

let stack: AsyncDisposableStack;
let asked: string[];
let socket: string;
let relay: ForwardedPort;
let forwarded: (end: Forwarded) => void;
let refuses: boolean;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), 'churnlab-forward-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  asked = [];
  refuses = false;
  const server = http.createServer();
  server.on('upgrade', (request, connection: net.Socket) => {
    asked.push(request.url!);
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
    if (refuses) connection.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else
      connection.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
      );
    if (!refuses) forwarded(new Forwarded(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  const file = path.join(folder, 'config');
  writeFileSync(file, JSON.stringify(config));
  socket = path.join(folder, 'port.sock');
  const forwarder = new PortForwarder({ files: [file], context: 'c' });
  relay = stack.use(await forwarder.listen({ namespace: 'run', name: 'client-n1', port: 80 }, socket));
});
afterEach(() => stack.disposeAsync());

test('bytes go both ways, each connection by a stream of its own', async () => {
  forwarded = (end) => {
    end.onData = (data) => {
      end.send(DATA, Buffer.from(`${data}!`));
      end.end();
    };
  };
  const answers = ['one', 'two'].map((word) => {
    const connection = net.connect(socket);
    connection.write(word);
    return text(connection);
  });
  expect(await Promise.all(answers)).toEqual(['one!', 'two!']);
  const url = '/api/v1/namespaces/run/pods/client-n1/portforward?ports=80';
  expect(asked).toEqual([url, url]);
});

test('a port that nobody listens on ends the connection', async () => {
  forwarded = (end) => end.send(ERROR, Buffer.from('connection refused'));
  const connection = net.connect(socket);
  expect(await text(connection)).toBe('');
});

test('whoever stops listening ends what is open', async () => {
  const opened = new Promise<void>((resolve) => {
    forwarded = () => resolve();
  });
  const connection = net.connect(socket);
  await opened;
  await stack.disposeAsync();
  await expect(text(connection)).resolves.toBe('');
});

test('why a stream was refused can be asked', async () => {
  refuses = true;
  const connection = net.connect(socket);
  expect(await text(connection)).toBe('');
  expect(relay.trouble()).toContain('403');
});
