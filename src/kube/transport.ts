import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { type buildConnector, Pool } from 'undici';
import { socketConnector } from '../ipc/index.ts';
import { loadKubeconfig } from './kubeconfig.ts';

/** Where requests go: short requests and watches have their own connections, so that no watch holds up a request. */
export interface Transport {
  readonly requests: Pool;
  readonly watches: Pool;
  /** Put before every path: servers behind a gateway have one. */
  readonly prefix: string;
  /** The value of the Authorization header, if any; may ask an external program, and caches its answer. */
  authorization(): string | undefined | Promise<string | undefined>;
}

/** Requests in flight at a time; more wait in the client. */
const CONNECTIONS = 64;

/** To an API server on a unix socket, in plain HTTP. */
export function socketTransport(socketPath: string, token: string): Transport {
  const authorization = `Bearer ${token}`;
  return { ...pools('http://localhost', socketConnector(socketPath)), authorization: () => authorization };
}

/** How long a token is used before its file is read again, in ms, as client-go has it: the kubelet replaces it in time. */
const TOKEN_AGE = 60_000;

/** To the API server of the cluster that this pod runs in, with its service account's files. Throws when there is no CA. */
export function podTransport({
  server,
  caFile,
  tokenFile,
}: {
  readonly server: string;
  readonly caFile: string;
  readonly tokenFile: string;
}): Transport {
  let token = { value: '', readAt: Number.NEGATIVE_INFINITY };
  return {
    ...pools(server, { ca: readFileSync(caFile, 'utf8') }),
    authorization: () => {
      if (performance.now() > token.readAt + TOKEN_AGE) {
        token = { value: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`, readAt: performance.now() };
      }
      return token.value;
    },
  };
}

/**
 * To the cluster of the current (or given) context of kubeconfig files.
 * @throws KubeError Invalid when there is no such context or the context has no cluster.
 */
export async function kubeconfigTransport(
  files: readonly string[],
  contextName?: string,
): Promise<Transport> {
  const config = await loadKubeconfig(files, contextName);
  const tls: RequestOptions = {};
  await config.applyToHTTPSOptions(tls);
  const { ca, cert, key, servername, rejectUnauthorized } = tls;
  const connect = Object.fromEntries(
    Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const user = config.getCurrentUser();
  const changes = Boolean(user?.exec ?? user?.authProvider);
  const fixed = authorizationOf(tls);
  return {
    ...pools(config.getCurrentCluster()!.server, connect),
    authorization: () => {
      if (!changes) return fixed;
      const opts: RequestOptions = {};
      return config.applyToHTTPSOptions(opts).then(() => authorizationOf(opts));
    },
  };
}

function authorizationOf(opts: RequestOptions): string | undefined {
  if (opts.auth) return `Basic ${Buffer.from(opts.auth).toString('base64')}`;
  const value = (opts.headers as OutgoingHttpHeaders | undefined)?.Authorization;
  return typeof value === 'string' ? value : undefined;
}

function pools(server: string, connect: buildConnector.BuildOptions | buildConnector.connector) {
  const { origin: base, pathname } = new URL(server);
  return {
    requests: new Pool(base, { connect, connections: CONNECTIONS, pipelining: 1, keepAliveTimeout: 30_000 }),
    watches: new Pool(base, { connect, pipelining: 1, keepAliveTimeout: 1_000 }),
    prefix: pathname.replace(/\/$/, ''),
  };
}
