import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, NODES, type Node, PODS, type Pod, SERVICES, type Service } from '../../index.ts';
import { ApiServer } from '../index.ts';
import { Controllers, type ControllersOptions } from './controllers.ts';

/** An embedded server with its controllers, for tests. Failures that would be tried again are collected. */
export class TestCluster implements AsyncDisposable {
  readonly client: KubeClient;
  readonly errors: readonly string[];
  readonly #parts: AsyncDisposableStack;

  private constructor(client: KubeClient, errors: readonly string[], parts: AsyncDisposableStack) {
    this.client = client;
    this.errors = errors;
    this.#parts = parts;
  }

  static async start(options: ControllersOptions = {}): Promise<TestCluster> {
    await using parts = new AsyncDisposableStack();
    const serviceCidrs = ['10.96.0.0/16', 'fd00:96::/112'];
    const { client } = parts.use(await ApiServer.start({ token: 'test', serviceCidrs }));
    const errors: string[] = [];
    const onError = (controller: string, key: string, error: unknown) => {
      errors.push(`${controller} ${key}: ${error}`);
    };
    parts.use(await Controllers.start(client, { endpointsBatchPeriod: 0, onError, ...options }));
    return new TestCluster(client, errors, parts.move());
  }

  /** Makes a node that is ready and takes `pods` pods. */
  async node(name: string, pods = 110, more: Partial<Node> = {}): Promise<void> {
    await this.client.create<Node>(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name }, ...more });
    await this.reportReady(name, 'True', pods);
  }

  async reportReady(name: string, status: 'True' | 'False', pods = 110): Promise<void> {
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const conditions = [{ type: 'Ready', status, lastHeartbeatTime: now, lastTransitionTime: now }];
    const body = { status: { allocatable: { pods: String(pods) }, conditions } };
    await this.client.patch(NODES, name, undefined, { type: 'merge', body, subresource: 'status' });
  }

  async pod(name: string, spec: object = {}, labels: Record<string, string> = {}): Promise<Pod> {
    return await this.client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', labels },
      spec: { containers: [{ name: 'main', image: 'pause' }], ...spec },
    });
  }

  /** What a kubelet would report of a pod. */
  async report(name: string, ips: readonly string[], ready: boolean): Promise<void> {
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
    const status = { phase: 'Running', podIP: ips[0], podIPs: ips.map((ip) => ({ ip })), conditions };
    await this.client.patch(PODS, name, 'default', {
      type: 'merge',
      body: { status },
      subresource: 'status',
    });
  }

  async service(name: string, spec: object = {}): Promise<Service> {
    return await this.client.create<Service>(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
    });
  }

  getPod(name: string): Promise<Pod> {
    return this.client.get<Pod>(PODS, name, 'default');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/** Asks until the answer is neither undefined nor false; the test's own time limit ends it otherwise. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(5);
  }
}
