import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pod } from '../../objects.ts';
import { ApiServer, type ApiServerOptions } from '../api-server.ts';
import { type RawRequest, rawLines, rawRequest } from './raw-request.ts';

/** A server on a unix socket in a folder of its own; its token is `token`. */
export class TestServer implements AsyncDisposable {
  readonly server: ApiServer;
  readonly socketPath: string;
  readonly folder: string;

  private constructor(server: ApiServer, folder: string, socketPath: string) {
    this.server = server;
    this.folder = folder;
    this.socketPath = socketPath;
  }

  static async start(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'churnlab-api-'));
    const socketPath = path.join(folder, 'api.sock');
    const onFault = (error: unknown) => {
      throw error;
    };
    const server = await ApiServer.start({ token: 'token', socketPath, onFault, ...options });
    return new TestServer(server, folder, socketPath);
  }

  get client() {
    return this.server.client;
  }

  request(path: string, request?: RawRequest) {
    return rawRequest(this.socketPath, path, request);
  }

  /** The first lines of a watch, which is then dropped. */
  watchLines<T>(path: string, count: number, headers: Readonly<Record<string, string>> = {}): Promise<T[]> {
    return rawLines(this.socketPath, path, count, headers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A pod as a client sends it. */
export function podManifest(name: string, labels: Record<string, string> = {}, spec: object = {}): Pod {
  const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.9' }];
  const metadata = { name, namespace: 'default', labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } };
}
