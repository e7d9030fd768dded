/** A backend for tests: keeps what it was asked and answers what it was told to. */
import type { CniResult } from '../result.ts';
import type { CniBackend } from '../server/index.ts';
import type { CniRequest } from '../server/request.ts';

export const RESULT: CniResult = {
  interfaces: [
    { name: 'lxc0', mac: '0a:58:00:00:00:01', mtu: 1450 },
    { name: 'eth0', mac: '0a:58:00:00:00:02', mtu: 1450, sandbox: '/run/netns/c1' },
  ],
  ips: [
    { address: '10.20.0.7/32', gateway: '169.254.1.1', interface: 1 },
    { address: 'fd00:20::7/128', gateway: 'fe80::1', interface: 1 },
  ],
  routes: [{ dst: '0.0.0.0/0', gw: '169.254.1.1' }],
};

export class FakeBackend implements CniBackend {
  readonly requests: CniRequest[] = [];
  /** Runs before each answer; may throw or wait. */
  before: (request: CniRequest) => void | Promise<void> = () => undefined;

  async #take(request: CniRequest): Promise<void> {
    this.requests.push(request);
    await this.before(request);
  }

  async add(request: CniRequest): Promise<CniResult> {
    await this.#take(request);
    return RESULT;
  }

  del = (request: CniRequest): Promise<void> => this.#take(request);
  check = (request: CniRequest): Promise<void> => this.#take(request);
  gc = (request: CniRequest): Promise<void> => this.#take(request);
  status = (request: CniRequest): Promise<void> => this.#take(request);
}

/** The variables of a call for container c1. */
export function environment(command: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/c1',
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/opt/cni/bin',
    CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0',
    CHURNLAB_T0: '1000',
    ...more,
  };
}

/** A configuration of churnlab-cni as it arrives on stdin. */
export function config(cniVersion = '1.1.0', more: object = {}): string {
  return JSON.stringify({ cniVersion, name: 'pods', type: 'churnlab-cni', ...more });
}
