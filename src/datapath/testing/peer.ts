/**
 * A process in one namespace: it answers on TCP and UDP, and calls others when it is told to. Run by fork() from
 * inside the namespace.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { type Exchange, type Flood, type PeerReply, type PeerRequest, PORT } from './peer-protocol.ts';

/** What it answers with, so that a client knows who answered. */
const name = process.argv[2]!;
const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

const server = net.createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write(`${plain(socket.remoteAddress)} ${name}\n`);
  socket.pipe(socket);
});
server.listen(PORT, '::');

const responder = dgram.createSocket('udp6');
responder.on('message', (message, from) => {
  responder.send(`${message.length} ${plain(from.address)} ${name}`, from.port, from.address);
});
responder.bind(PORT, '::');

/** Reads the greeting, sends `bytes`, and waits until as many have come back. */
async function exchange(socket: net.Socket, bytes: number, greeting: boolean): Promise<Exchange> {
  socket.write(Buffer.alloc(bytes, 'x'));
  let hello = '';
  let got = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let data = chunk;
    if (greeting && !hello.endsWith('\n')) {
      const end = data.indexOf('\n');
      hello += data.toString('latin1', 0, end + 1);
      data = data.subarray(end + 1);
    }
    got += data.length;
    if (got >= bytes && (!greeting || hello.endsWith('\n'))) break;
  }
  const [seen = '', server = ''] = hello.trim().split(' ');
  return { seen, server, answeredBy: plain(socket.remoteAddress), bytes: got };
}

async function tcp({ bytes, ...to }: Extract<PeerRequest, { op: 'tcp' }>): Promise<Exchange> {
  const socket = net.connect({ ...to, timeout: 5000 });
  socket.on('timeout', () => socket.destroy(new Error('timeout')));
  try {
    await once(socket, 'connect');
    return await exchange(socket, bytes, true);
  } finally {
    socket.destroy();
  }
}

async function udp(request: Extract<PeerRequest, { op: 'udp' }>): Promise<Exchange> {
  const socket = dgram.createSocket(net.isIPv6(request.host) ? 'udp6' : 'udp4');
  try {
    if (request.from) {
      socket.bind(0, request.from);
      await once(socket, 'listening');
    }
    const payload = Buffer.alloc(request.bytes, 'x');
    if (request.connected) {
      socket.connect(request.port, request.host);
      await once(socket, 'connect');
      socket.send(payload);
    } else {
      socket.send(payload, request.port, request.host);
    }
    const signal = AbortSignal.timeout(request.patience ?? 3000);
    const [message, from] = (await once(socket, 'message', { signal })) as [Buffer, dgram.RemoteInfo];
    const [bytes, seen = '', server = ''] = message.toString().split(' ');
    return { seen, server, answeredBy: from.address, bytes: Number(bytes) };
  } finally {
    socket.close();
  }
}

let connection: net.Socket | undefined;
let stopFlood: (() => Promise<Flood>) | undefined;

function flood(host: string, port: number): void {
  const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  let [sent, answered] = [0, 0];
  socket.on('message', () => answered++);
  const timer = setInterval(() => socket.send('x', port, host, () => sent++), 1);
  stopFlood = async () => {
    clearInterval(timer);
    for (let left = 100; left > 0 && answered < sent; left--)
      await new Promise((done) => setTimeout(done, 10));
    socket.close();
    return { sent, answered };
  };
}

async function carryOut(request: PeerRequest): Promise<PeerReply> {
  switch (request.op) {
    case 'tcp':
      return await tcp(request);
    case 'udp':
      return await udp(request);
    case 'open':
      connection = net.connect(request);
      await once(connection, 'connect');
      return await exchange(connection, 0, true);
    case 'say':
      return await exchange(connection!, request.bytes, false);
    case 'flood':
      flood(request.host, request.port);
      return null;
    case 'stop-flood':
      return await stopFlood!();
  }
}

process.on('message', (request: PeerRequest) => {
  carryOut(request).then(
    (reply) => process.send!({ reply }),
    (error: Error) => process.send!({ error: error.name === 'AbortError' ? 'no answer' : error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
await Promise.all([once(server, 'listening'), once(responder, 'listening')]);
process.send!({ reply: null });
