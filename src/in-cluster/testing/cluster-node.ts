import { once } from 'node:events';
import fs from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectSocket, createServer, Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureNative } from '../../../lab/setup/index.ts';
import { Ip } from '../../ip/index.ts';
import { connectTcp, listenTcp, NamespaceDaemon, Netns, warmThreadPool } from '../../kernel/index.ts';
import { makeTestCgroup, ping } from '../../kernel/testing/index.ts';
import { type KubeClient, NAMESPACES, NODES, type Node } from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';

export const NODE_IP = '172.30.0.11';
/** Of the agents' API. */
export const TOKEN = 'agents';
const NAMESPACE = 'churnlab-system';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAIN = path.resolve(import.meta.dirname, '../main.ts');
const API_PORT = 6443;

/** An API server on the machine's loopback, and how each program of the node gets in. */
export interface OutsideApi {
  readonly client: KubeClient;
  readonly port: number;
  readonly ca: string;
  /** By the name that a program is started under. */
  readonly tokens: Readonly<Record<string, string>>;
}

/**
 * A node as a pod with the host's network sees it: network, mount and cgroup namespaces with an uplink, in which the
 * image's program runs as its containers do, with an API server on the node's loopback.
 */
export class ClusterNode implements AsyncDisposable {
  readonly folder: string;
  readonly name: string;
  readonly client: KubeClient;
  readonly #daemon: NamespaceDaemon;
  readonly #netns: Netns;
  readonly #root: string;
  #cleanup: AsyncDisposableStack;

  private constructor(
    folder: string,
    name: string,
    client: KubeClient,
    daemon: NamespaceDaemon,
    pid: number,
    cleanup: AsyncDisposableStack,
  ) {
    this.folder = folder;
    this.name = name;
    this.client = client;
    this.#daemon = daemon;
    this.#root = `/proc/${pid}/root`;
    this.#netns = cleanup.use(Netns.open(`/proc/${pid}/ns/net`));
    this.#cleanup = cleanup;
  }

  /** @param api instead of an embedded API server of its own */
  static async up(name = 'worker', api?: OutsideApi): Promise<ClusterNode> {
    await warmThreadPool();
    await using cleanup = new AsyncDisposableStack();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-in-cluster-'));
    cleanup.defer(() => fs.rmSync(folder, { recursive: true }));
    // Before the programs that are connected to it, which end first for that.
    const server = api ? undefined : cleanup.use(await ApiServer.start({ token: 'service-account' }));
    const { path: cgroup } = cleanup.use(makeTestCgroup());
    const directory = path.join(folder, 'nsd');
    const binary = await ensureNative('churnlab-nsd');
    const pid = await NamespaceDaemon.launch({
      binary,
      directory,
      name,
      cgroup,
      newNet: true,
      nodeMounts: true,
    });
    const daemon = await NamespaceDaemon.connect(directory);
    cleanup.defer(async () => {
      await daemon.shutdown();
      // A cgroup can be removed once the last process in it is not only ended but gone.
      while (fs.readFileSync(path.join(cgroup, 'cgroup.procs'), 'utf8') !== '') await sleep(10);
    });
    const client = api?.client ?? server!.client;
    const node = new ClusterNode(folder, name, client, daemon, pid, cleanup);
    await node.sh(
      `ip link add eth0 type veth peer name peer0 && ip address add ${NODE_IP}/24 dev eth0 &&
       ip link set eth0 up && ip link set peer0 up && ip route add default dev eth0`,
    );
    const fd = listenTcp(node.#netns, Uint8Array.of(127, 0, 0, 1), API_PORT);
    if (api) {
      cleanup.use(await relay(fd, api.port));
    } else {
      await server!.listenTls({ fd });
      await client.create(NAMESPACES, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: NAMESPACE },
      });
    }
    for (const [program, token] of Object.entries(api?.tokens ?? { any: 'service-account' })) {
      node.write(`${program}/ca.crt`, api?.ca ?? server!.ca);
      node.write(`${program}/token`, token);
    }
    node.write('token', TOKEN);
    const status = { addresses: [{ type: 'InternalIP', address: NODE_IP }] };
    const object: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, status };
    await client.create<Node>(NODES, object);
    await client.patch(NODES, name, undefined, { type: 'merge', subresource: 'status', body: { status } });
    node.#cleanup = cleanup.move();
    return node;
  }

  /** Writes a file for a program and returns its path. */
  write(name: string, content: string | object): string {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return file;
  }

  /** Starts a command of the image as a container would, under a name. */
  async start(name: string, ...args: string[]): Promise<void> {
    const log = path.join(this.folder, `${name}.log`);
    const argv: [string, ...string[]] = [process.execPath, MAIN, ...args];
    await this.#daemon.start({ name, argv, env: this.#environment(name), log, restart: false });
  }

  /** What a program has logged. */
  log(name: string): string {
    return fs.readFileSync(path.join(this.folder, `${name}.log`), 'utf8');
  }

  /** Ends it, with SIGTERM unless another signal is given. */
  stop(name: string, signal = 15): Promise<void> {
    return this.#daemon.stop(name, signal, 10_000);
  }

  /** Runs a command of the image to its end. Returns what it printed. */
  async run(...args: string[]): Promise<string> {
    const argv: [string, ...string[]] = [process.execPath, MAIN, ...args];
    const { exitCode, stdout, stderr } = await this.#daemon.run({ argv, env: this.#environment('once') });
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: exit code ${exitCode}\n${stderr}`);
    return stdout + stderr;
  }

  async sh(script: string, netns?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#daemon.run({
      argv: ['/bin/sh', '-c', script],
      env: { PATH },
      ...(netns === undefined ? {} : { netns }),
    });
    if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  /** Whether a file is there in the node. */
  has(file: string): boolean {
    return fs.existsSync(path.join(this.#root, file));
  }

  /** Makes a pod's namespace and attaches it. Returns its addresses. */
  async addPod(id: string, plugin: string, config: object = {}): Promise<string[]> {
    await this.#daemon.addNetns(id);
    const answer = await this.plugin(plugin, 'ADD', id, config);
    if (!answer.ips) throw new Error(`ADD ${id}: ${JSON.stringify(answer)}`);
    return answer.ips.map(({ address }) => address.split('/')[0]!);
  }

  /**
   * Executes a plugin as a runtime does. Returns what it printed: a result, or an error object.
   * @param config further fields of the network configuration
   */
  async plugin(
    plugin: string,
    command: string,
    id: string,
    config: object = {},
  ): Promise<{ readonly code?: number; readonly ips?: readonly { readonly address: string }[] }> {
    const { stdout } = await this.#daemon.run({
      argv: [plugin],
      env: {
        CNI_COMMAND: command,
        CNI_CONTAINERID: id,
        CNI_NETNS: `/var/run/netns/${id}`,
        CNI_IFNAME: 'eth0',
        CNI_PATH: path.dirname(plugin),
        CNI_ARGS: `K8S_POD_NAMESPACE=default;K8S_POD_NAME=${id}`,
      },
      stdin: JSON.stringify({ cniVersion: '1.1.0', name: 'churnlab', type: 'churnlab-cni', ...config }),
    });
    return stdout === '' ? {} : JSON.parse(stdout);
  }

  /** Whether a pod reaches an address. */
  reaches(pod: string, address: string): boolean {
    using netns = Netns.open(path.join(this.#root, 'run/netns', pod));
    return ping(netns, Ip.parse(address).bytes());
  }

  /** Asks an HTTP endpoint on the node's address; the answer's body is to be read by the caller. */
  async request(port: number, url: string, token?: string): Promise<IncomingMessage> {
    const createConnection = () =>
      new Socket({ fd: connectTcp(this.#netns, Ip.parse(NODE_IP).bytes(), port) });
    const headers = token === undefined ? {} : { 'X-Churnlab-Token': token };
    const request = httpRequest(`http://${NODE_IP}:${port}${url}`, { createConnection, headers });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.setEncoding('utf8');
  }

  /** Status and body of an answer; undefined while nobody listens. */
  async get(
    port: number,
    url: string,
    token?: string,
  ): Promise<{ status: number; body: string } | undefined> {
    let response: IncomingMessage;
    try {
      response = await this.request(port, url, token);
    } catch {
      return undefined;
    }
    return { status: response.statusCode!, body: (await response.toArray()).join('') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }

  #environment(name: string): Record<string, string> {
    const own = path.join(this.folder, name);
    return {
      PATH,
      NODE_NAME: this.name,
      POD_NAME: name,
      POD_NAMESPACE: NAMESPACE,
      POD_IP: NODE_IP,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(API_PORT),
      CHURNLAB_SERVICE_ACCOUNT: fs.existsSync(own) ? own : path.join(this.folder, 'any'),
    };
  }
}

/** Passes connections of a listening socket, which may be in another namespace, on to a port of the loopback. */
async function relay(fd: number, port: number): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connectSocket(port, '127.0.0.1');
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  server.listen({ fd });
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
