import type { ServiceStats } from '../../agent/index.ts';
import {
  type KubeClient,
  type KubeObject,
  PODS,
  type Pod,
  type RawAccess,
  SECRETS,
} from '../../kube/index.ts';
import type { NodeServiceView } from '../lab.ts';
import { LabError } from '../lab-error.ts';

const AGENTS = 'app.kubernetes.io/name=churnlab,app.kubernetes.io/component=agent';
const PORT = 9970;
const SECRET = 'churnlab-agent-api';
const HEADER = 'x-churnlab-token';

/** What an agent says of itself: docs/agent-api.md. */
export interface AgentInfo {
  readonly instance: string;
  readonly node: string;
  readonly seq: number;
  readonly monotonicNs: number;
}

/** The agents of our network in a cluster, through the API server's proxy: docs/agent-api.md. */
export class Agents {
  readonly #client: KubeClient & RawAccess;
  /** The release's. */
  readonly namespace: string;
  #token: Promise<string> | undefined;

  constructor(client: KubeClient & RawAccess, namespace: string) {
    this.#client = client;
    this.namespace = namespace;
  }

  /** Pods of agents that run, by node. */
  async pods(): Promise<Map<string, Pod>> {
    const { items } = await this.#client.list<Pod>(PODS, {
      namespace: this.namespace,
      labelSelector: AGENTS,
    });
    const running = items.filter(
      ({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running',
    );
    return new Map(running.map((pod) => [pod.spec.nodeName!, pod]));
  }

  info(pod: Pod): Promise<AgentInfo> {
    return this.#get(pod, 'info');
  }

  /** The stream of events; ends with the agent, or when the signal fires. */
  async *trace(pod: Pod, after: number, signal: AbortSignal): AsyncGenerator<string> {
    const headers = await this.#headers();
    yield* this.#client.lines(this.#path(pod, `v1/trace?after=${after}`), { headers, signal });
  }

  /** Addresses that pods have by the agents' books, each with its node. */
  async leases(): Promise<string[]> {
    const all = await this.#ofAll<{ node: string; ips: string[] }[]>('leases');
    return all.flat().flatMap(({ node, ips }) => ips.map((ip) => `${node} ${ip}`));
  }

  /** Addresses that pods have in the kernel's map. */
  async endpoints(): Promise<string[]> {
    const all = await this.#ofAll<{ node: string; address: string }[]>('endpoints');
    return all.flat().map(({ node, address }) => `${node} ${address}`);
  }

  async services(): Promise<NodeServiceView[]> {
    return (await this.#ofAll<NodeServiceView[]>('services')).flat();
  }

  async serviceStats(): Promise<Readonly<Record<string, ServiceStats & { readonly loadNs?: number }>>> {
    return Object.assign({}, ...(await this.#ofAll<object>('service-stats')));
  }

  /** @throws LabError not-ready when a node's agent does not run */
  async #ofAll<T>(what: string): Promise<T[]> {
    const pods = [...(await this.pods()).values()];
    if (pods.length === 0) {
      throw new LabError('not-ready', `No agent runs in namespace ${this.namespace} (kubectl get pods -A)`);
    }
    return Promise.all(pods.map((pod) => this.#get<T>(pod, what)));
  }

  async #get<T>(pod: Pod, what: string): Promise<T> {
    return JSON.parse(await this.#client.text(this.#path(pod, `v1/${what}`), await this.#headers())) as T;
  }

  #path({ metadata }: Pod, path: string): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${metadata.name}:${PORT}/proxy/${path}`;
  }

  async #headers(): Promise<Record<string, string>> {
    this.#token ??= this.#client
      .get<KubeObject & { readonly data?: Readonly<Record<string, string>> }>(SECRETS, SECRET, this.namespace)
      .then(({ data }) => Buffer.from(data?.token ?? '', 'base64').toString());
    return { [HEADER]: await this.#token };
  }
}
