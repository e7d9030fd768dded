import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type KubeClient, KubeError, NAMESPACES } from '../../src/kube/index.ts';
import { ensureTool } from '../tools/index.ts';
import { Child, type Launch } from './child.ts';
import { freePort } from './free-port.ts';
import { writeKubeconfig } from './kubeconfig.ts';

export interface ControlPlaneOptions {
  /** Where data, certificates, logs and the kubeconfig go. */
  readonly folder: string;
  readonly onProgress?: (line: string) => void;
  /** Admission plugins to leave out, beside ServiceAccount: no controller makes service accounts here. */
  readonly disableAdmission?: readonly string[];
  /** Who may do what: everybody everything (the default), or what roles say; the client's token is always let through. */
  readonly authorization?: 'AlwaysAllow' | 'RBAC';
  /** How both programs are started: as processes, unless given. */
  readonly launch?: Launch;
}

/** Longest wait for the API to be ready, in ms. */
const START_TIMEOUT = 120_000;

/** The real etcd and kube-apiserver on the loopback: dual stack, everything allowed to the holder of the token. */
export class ControlPlane implements AsyncDisposable {
  readonly kubeconfig: string;
  readonly server: string;
  readonly token: string;
  readonly client: KubeClient;
  readonly #parts: AsyncDisposableStack;

  private constructor(kubeconfig: string, server: string, token: string, parts: AsyncDisposableStack) {
    this.kubeconfig = kubeconfig;
    this.server = server;
    this.token = token;
    this.client = connect({ kubeconfig });
    this.#parts = parts;
  }

  /** Builds what is missing, starts both and resolves when the API is ready. */
  static async start({
    folder,
    onProgress,
    disableAdmission = [],
    authorization = 'AlwaysAllow',
    launch = processes(onProgress),
  }: ControlPlaneOptions): Promise<ControlPlane> {
    await mkdir(folder, { recursive: true });
    await using parts = new AsyncDisposableStack();
    const etcdAddress = `http://127.0.0.1:${await freePort()}`;
    const store = parts.use(await launch('etcd', etcdFlags(folder, etcdAddress, await freePort()), folder));
    const port = await freePort();
    const token = randomUUID();
    await writeFile(path.join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, {
      mode: 0o600,
    });
    await writeServiceAccountKey(folder);
    const flags = apiserverFlags({
      ...{ folder, etcd: etcdAddress, port },
      ...{ disabled: disableAdmission, authorization },
    });
    const api = parts.use(await launch('kube-apiserver', flags, folder));
    const server = `https://127.0.0.1:${port}`;
    // kube-apiserver makes its own certificate; the file holds the one that signed it, too.
    const kubeconfig = await writeKubeconfig(path.join(folder, 'kubeconfig'), {
      server,
      token,
      certificateAuthority: path.join(folder, 'certs/apiserver.crt'),
      name: 'kubernetes',
    });
    await Promise.race([ready(kubeconfig), store.failure(), api.failure()]);
    return new ControlPlane(kubeconfig, server, token, parts.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#parts.disposeAsync();
  }
}

/** Processes of programs that are built where they are missing. */
function processes(onProgress?: (line: string) => void): Launch {
  return async (tool, args, folder) =>
    Child.start(folder, await ensureTool(tool, onProgress ? { onProgress } : {}), args);
}

/** Nothing here outlives a power cut, so nothing waits for the disk. */
function etcdFlags(folder: string, address: string, peerPort: number): string[] {
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${path.join(folder, 'etcd')}`,
    `--listen-client-urls=${address}`,
    `--advertise-client-urls=${address}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiserverFlags({
  folder,
  etcd,
  port,
  disabled,
  authorization,
}: {
  readonly folder: string;
  readonly etcd: string;
  readonly port: number;
  readonly disabled: readonly string[];
  readonly authorization: string;
}): string[] {
  const key = path.join(folder, 'service-account.key');
  return [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${path.join(folder, 'certs')}`,
    // Its own endpoint is not published: no pod could reach the loopback.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--token-auth-file=${path.join(folder, 'tokens.csv')}`,
    `--authorization-mode=${authorization}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112',
    `--disable-admission-plugins=${['ServiceAccount', ...disabled].join()}`,
    '--allow-privileged=true',
  ];
}

async function writeServiceAccountKey(folder: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  await writeFile(path.join(folder, 'service-account.key'), pem, { mode: 0o600 });
}

/** The last thing that a starting kube-apiserver makes is the namespace default. */
async function ready(kubeconfig: string): Promise<void> {
  const end = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      await using client = connect({ kubeconfig });
      await client.get(NAMESPACES, 'default');
      return;
    } catch (error) {
      // The certificate is not there yet, the server does not listen yet, or it is not ready.
      const waits = error instanceof KubeError || (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!waits || performance.now() > end) throw error;
      await sleep(200);
    }
  }
}
