/** A CniRuntime over plugins that are functions, with a cache folder of its own, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseNetworkList } from '../config.ts';
import { CniCallError, CniRuntime } from '../runtime/index.ts';
import { chainPlugin, type FakeAnswer, type FakeCall, fakeExecutor } from './fake-executor.ts';

export const ATTACHMENT = {
  containerId: 'c1',
  netns: '/run/netns/c1',
  ifname: 'eth0',
  args: [
    ['IgnoreUnknown', '1'],
    ['K8S_POD_NAME', 'web-0'],
  ] as const,
  capabilityArgs: { portMappings: [{ hostPort: 8080, containerPort: 80 }], mac: '02:00:00:00:00:01' },
};

/** Two plugins, the second with a capability. */
export function network(cniVersion = '1.1.0', more: object = {}) {
  return parseNetworkList(
    JSON.stringify({
      cniVersion,
      name: 'net',
      plugins: [
        { type: 'first', keyA: 1 },
        { type: 'second', capabilities: { portMappings: true }, 'cni.dev/x': 1 },
      ],
      ...more,
    }),
  );
}

export class FakeRuntime implements Disposable {
  readonly cacheDir = mkdtempSync(path.join(tmpdir(), 'clb-cni-'));
  /** Where the result of ATTACHMENT is cached. */
  readonly cacheFile = path.join(this.cacheDir, 'results', 'net-c1-eth0');
  readonly calls: FakeCall[];
  readonly runtime: CniRuntime;

  constructor(answer: (call: FakeCall) => FakeAnswer | Promise<FakeAnswer> = chainPlugin) {
    const { calls, executor } = fakeExecutor(answer);
    this.calls = calls;
    this.runtime = new CniRuntime({
      pluginPath: ['/bin', '/opt'],
      executor,
      cacheDir: this.cacheDir,
      environment: { PATH: '/sbin' },
      findPlugin: (type) => (type === 'absent' ? undefined : `/bin/${type}`),
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.cacheDir, { recursive: true });
  }
}

/** The error that the call ends with. Throws when it succeeds. */
export async function failure(work: Promise<unknown>): Promise<CniCallError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CniCallError) return error;
  throw new Error('expected a CniCallError', { cause: error });
}

/** What a plugin prints that fails with this message. */
export const fail = (msg: string): FakeAnswer => ({
  exitCode: 1,
  stdout: JSON.stringify({ code: 999, msg }),
});
