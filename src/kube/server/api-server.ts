import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { withSocketPath } from '../../ipc/index.ts';
import type { KubeClient } from '../kube-client.ts';
import { CRDS, EVENTS, NAMESPACES } from '../resources.ts';
import type { PortRange } from './allocators/port-allocator.ts';
import type { Certificate } from './auth/certificate.ts';
import { selfSigned } from './auth/certificate.ts';
import { Tokens } from './auth/tokens.ts';
import { InProcessClient } from './client/in-process-client.ts';
import { CHURNLAB_CRDS } from './crd/index.ts';
import { Discovery } from './discovery/documents.ts';
import { Router } from './http/router.ts';
import { builtinRegistry } from './kinds/builtin-registry.ts';
import { SERVICE_CIDRS } from './kinds/networking.ts';
import type { Registry } from './registry/registry.ts';
import { create } from './rest/create.ts';
import type { Api } from './rest/options.ts';
import { thaw } from './rest/thaw.ts';
import { Expiry } from './storage/expiry.ts';

export interface ApiServerOptions {
  /** Bearer token that every request has to bring. */
  readonly token: string;
  /** Listens with TLS on this address; port 0 takes a free one. */
  readonly tls?: { readonly host: string; readonly port: number };
  /** Host names and addresses the certificate is for, beside localhost and the loopback addresses. */
  readonly hosts?: readonly string[];
  /** A certificate to use instead of a new one. */
  readonly certificate?: Certificate;
  /** Listens without TLS on this unix socket, which only its owner can open. */
  readonly socketPath?: string;
  /** One CIDR per family, the preferred one first. */
  readonly serviceCidrs?: readonly string[];
  readonly nodePorts?: PortRange;
  /** Changes per kind that watches can resume from and lists can page over. */
  readonly historyLimit?: number;
  /** How long Events are kept, in ms; an hour if not said, as in kube-apiserver. */
  readonly eventTtl?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Told of errors that are the server's own. */
  readonly onFault?: (error: unknown) => void;
}

const DEFAULT_HOSTS = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  '127.0.0.1',
  '::1',
];
const NAMESPACES_AT_START = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** Idle connections of clients with their own pools must not be closed under them. */
const KEEP_ALIVE = 120_000;
const EVENT_TTL = 3_600_000;

/** An embedded Kubernetes API server: everything in memory, nothing outside this process. */
export class ApiServer implements AsyncDisposable {
  readonly client: KubeClient;
  /** PEM of the certificate authority for kubeconfigs. */
  readonly ca: string;
  readonly #api: Api;
  readonly #certificate: Certificate;
  readonly #router: Router;
  readonly #servers: Server[] = [];
  readonly #events: Expiry;
  #port = 0;

  private constructor(options: ApiServerOptions, certificate: Certificate) {
    const registry = builtinRegistry({
      historyLimit: options.historyLimit ?? 10_000,
      nodePorts: options.nodePorts ?? { first: 30_000, last: 32_767 },
    });
    this.#api = { registry, clock: options.clock ?? Date.now };
    this.#certificate = certificate;
    this.ca = certificate.cert;
    this.client = new InProcessClient(this.#api, 'churnlab-control-plane');
    this.#router = new Router({
      api: this.#api,
      tokens: new Tokens(options.token),
      discovery: new Discovery(registry),
      onFault: options.onFault ?? (() => {}),
    });
    this.#events = new Expiry(registry.of(EVENTS).store, options.eventTtl ?? EVENT_TTL, this.#api.clock);
    this.#install(options);
  }

  /** Starts a server with the listeners that the options name. */
  static async start(options: ApiServerOptions): Promise<ApiServer> {
    const hosts = [
      ...new Set([...DEFAULT_HOSTS, ...(options.tls ? [options.tls.host] : []), ...(options.hosts ?? [])]),
    ];
    const now = (options.clock ?? Date.now)();
    const server = new ApiServer(options, options.certificate ?? (await selfSigned(hosts, now)));
    try {
      if (options.tls) {
        const listener = await server.listenTls(options.tls);
        server.#port = (listener.address() as AddressInfo).port;
      }
      if (options.socketPath !== undefined) await server.#listenUnix(options.socketPath);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Port of the TLS listener from the options; 0 without one. */
  get port(): number {
    return this.#port;
  }

  get registry(): Registry {
    return this.#api.registry;
  }

  /** Listens with TLS on an address, or on a socket that listens already, such as one of another namespace. */
  async listenTls(
    where: { readonly host: string; readonly port: number } | { readonly fd: number },
  ): Promise<Server> {
    const { cert, key } = this.#certificate;
    const server = createTlsServer(
      { cert, key, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2' },
      this.#router.handle,
    );
    await this.#listen(server, where);
    return server;
  }

  async #listenUnix(path: string): Promise<void> {
    await rm(path, { force: true });
    await withSocketPath(path, (short) => this.#listenShort(short));
  }

  async #listenShort(path: string): Promise<void> {
    // The socket is made with the process' mask: nobody else may connect before the mode is set.
    const mask = process.umask(0o177);
    try {
      await this.#listen(createServer(this.#router.handle), { path });
    } finally {
      process.umask(mask);
    }
    await chmod(path, 0o600);
  }

  async #listen(server: Server, where: object): Promise<void> {
    server.keepAliveTimeout = KEEP_ALIVE;
    server.requestTimeout = 0;
    this.#servers.push(server);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(where, resolve);
    await promise;
    server.off('error', reject);
  }

  #install(options: ApiServerOptions): void {
    const { registry } = this.#api;
    for (const name of NAMESPACES_AT_START) {
      create(this.#api, registry.of(NAMESPACES), undefined, { metadata: { name } });
    }
    const cidrs = options.serviceCidrs ?? ['10.96.0.0/16'];
    const serviceCidr = { metadata: { name: 'kubernetes' }, spec: { cidrs: [...cidrs] } };
    create(this.#api, registry.of(SERVICE_CIDRS), undefined, serviceCidr);
    for (const crd of CHURNLAB_CRDS) create(this.#api, registry.of(CRDS), undefined, thaw(crd));
  }

  /** Ends all connections and closes the listeners. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#events[Symbol.dispose]();
    for (const served of this.#api.registry.all()) served.hub.close();
    await Promise.all(
      this.#servers.map(async (server) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        server.close(() => resolve());
        server.closeAllConnections();
        await promise;
      }),
    );
  }
}
