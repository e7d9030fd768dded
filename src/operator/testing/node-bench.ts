import { onTestFinished } from 'vitest';
import { EVENTS, type KubeClient, type KubeEvent, NODES, type Node } from '../../kube/index.ts';
import { ApiServer } from '../../kube/server/index.ts';
import type { Operator } from '../operator.ts';
import { type OperatorConfig, readOperatorConfig } from '../operator-config.ts';
import { startOperator } from '../start-operator.ts';

/** A real API server with an operator of any mode that writes Node.spec; both end with the test. */
export class NodeBench {
  readonly client: KubeClient;
  /** What the operator was told did not work. */
  readonly errors: unknown[] = [];

  private constructor(client: KubeClient) {
    this.client = client;
  }

  static async start(): Promise<NodeBench> {
    const server = await ApiServer.start({ token: 'test' });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return new NodeBench(server.client);
  }

  async operator(config: OperatorConfig): Promise<Operator> {
    const onError = (error: unknown) => this.errors.push(error);
    const spec = readOperatorConfig(JSON.stringify(config));
    const operator = await startOperator(spec, { client: this.client, onError });
    onTestFinished(() => operator[Symbol.asyncDispose]());
    return operator;
  }

  async join(
    name: string,
    podCIDRs: readonly string[] = [],
    labels: Record<string, string> = {},
  ): Promise<void> {
    const spec = podCIDRs.length > 0 ? { podCIDRs } : {};
    await this.client.create<Node>(NODES, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec,
    });
  }

  /** An event of the node, as its kubelet brings about now and then. */
  async touch(name: string): Promise<void> {
    const body = { metadata: { labels: { touched: `at-${performance.now()}` } } };
    await this.client.patch(NODES, name, undefined, { type: 'merge', body });
  }

  get(name: string): Promise<Node> {
    return this.client.get<Node>(NODES, name);
  }

  async cidrs(...names: string[]): Promise<string[]> {
    const nodes = await Promise.all(names.map((name) => this.get(name)));
    return nodes.map(({ spec }) => (spec?.podCIDRs ?? []).join(' '));
  }

  async events(): Promise<readonly KubeEvent[]> {
    return (await this.client.list<KubeEvent>(EVENTS)).items;
  }
}
