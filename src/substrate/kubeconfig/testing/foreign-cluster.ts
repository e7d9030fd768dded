import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CONFIG_MAPS,
  CRDS,
  connect,
  DAEMON_SETS,
  type KubeClient,
  type KubeObject,
  LEASES,
  NAMESPACES,
  NODES,
  type Node,
  PODS,
  type Pod,
  type RawAccess,
  type Resource,
  SELF_SUBJECT_ACCESS_REVIEWS,
} from '../../../kube/index.ts';
import { Controllers } from '../../../kube/server/controllers/index.ts';
import { ApiServer } from '../../../kube/server/index.ts';

type Client = KubeClient & RawAccess;

/** Whether the one who asks may do that: what the API server of a real cluster would say. */
type Allows = (asked: {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
}) => boolean;

/** A cluster of somebody else's, on the embedded server with its controllers, for tests. */
export class ForeignCluster implements AsyncDisposable {
  /** Its answers to access reviews are those of `allows`. */
  readonly client: Client;
  allows: Allows = () => true;
  readonly #stack: AsyncDisposableStack;

  private constructor(client: Client, stack: AsyncDisposableStack) {
    this.client = withReviews(client, (asked) => this.allows(asked));
    this.#stack = stack;
  }

  /** With two nodes that take ten pods each, one that is tainted, and kube-proxy. */
  static async start(): Promise<ForeignCluster> {
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(path.join(tmpdir(), 'churnlab-foreign-'));
    stack.defer(() => rmSync(folder, { recursive: true }));
    const socketPath = path.join(folder, 'api.sock');
    const server = stack.use(await ApiServer.start({ token: 'token', socketPath }));
    stack.use(await Controllers.start(server.client, { onError: () => {} }));
    const client = stack.use(connect({ socketPath, token: 'token' }));
    const cluster = new ForeignCluster(client, stack.move());
    await cluster.serve(DAEMON_SETS);
    await cluster.namespace('kube-system');
    for (const name of ['a', 'b', 'tainted']) await cluster.#node(name);
    await cluster.daemonSet('kube-system', 'kube-proxy');
    await cluster.configMap('kube-system', 'kube-proxy', { 'config.conf': 'mode: nftables\n' });
    return cluster;
  }

  async namespace(name: string): Promise<void> {
    const labels = {};
    const there = await this.client.list(NAMESPACES);
    if (there.items.some(({ metadata }) => metadata.name === name)) return;
    await this.client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }

  async daemonSet(namespace: string, name: string, labels: Record<string, string> = {}): Promise<void> {
    const metadata = { namespace, name, labels };
    await this.client.create(DAEMON_SETS, { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata });
  }

  async configMap(namespace: string, name: string, data: Record<string, string>): Promise<void> {
    const metadata = { namespace, name };
    await this.client.create(CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data,
    } as KubeObject);
  }

  async pod(namespace: string, name: string, nodeName = 'a'): Promise<void> {
    const spec = { nodeName, containers: [{ name: 'main', image: 'pause' }] };
    await this.client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name },
      spec,
    });
  }

  /** A Lease of a run on another machine, renewed so many seconds ago. */
  async lease(namespace: string, holderIdentity: string, secondsAgo: number): Promise<void> {
    const renewTime = new Date(Date.now() - secondsAgo * 1000).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity, leaseDurationSeconds: 60, renewTime };
    const metadata = { namespace, name: 'run' };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    await this.client.create(LEASES, lease);
  }

  async namespaces(): Promise<string[]> {
    const { items } = await this.client.list(NAMESPACES);
    return items.map(({ metadata }) => metadata.name!).filter((name) => name.startsWith('churnlab-'));
  }

  async #node(name: string): Promise<void> {
    const taints = name === 'tainted' ? [{ key: 'dedicated', effect: 'NoSchedule' as const }] : [];
    const type = { apiVersion: 'v1', kind: 'Node' };
    await this.client.create<Node>(NODES, { ...type, metadata: { name }, spec: { taints } });
    const body = {
      status: {
        allocatable: { pods: '10' },
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }],
        nodeInfo: { kernelVersion: '6.1.0', containerRuntimeVersion: 'containerd://2.3.0' },
      },
    };
    await this.client.patch(NODES, name, undefined, { type: 'merge', body, subresource: 'status' });
  }

  /** A kind that the embedded server has not of its own. */
  async serve({ group, version, plural, kind }: Resource): Promise<void> {
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    await this.client.create(CRDS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        ...{
          group,
          scope: 'Namespaced',
          names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
        },
        versions: [{ name: version, served: true, storage: true, schema }],
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** The same client, but for one kind of question, which the embedded server always says yes to. */
function withReviews(client: Client, allows: Allows): Client {
  const create: Client['create'] = async (resource, object, options) => {
    if (resource !== SELF_SUBJECT_ACCESS_REVIEWS) return await client.create(resource, object, options);
    const { resourceAttributes } = object.spec as {
      resourceAttributes: { verb: string; resource: string; subresource: string; namespace: string };
    };
    const { subresource, resource: plural, ...rest } = resourceAttributes;
    const asked = { ...rest, resource: subresource ? `${plural}/${subresource}` : plural };
    return { ...object, status: { allowed: allows(asked) } };
  };
  return new Proxy(client, {
    get(of, name) {
      if (name === 'create') return create;
      const value: unknown = Reflect.get(of, name);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}
