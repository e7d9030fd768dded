import { setTimeout as sleep } from 'node:timers/promises';
import { deleteIfThere, isReady, type KubeClient, PODS, type Pod, type PodSpec } from '../../kube/index.ts';
import type { PodKit } from '../../substrate/index.ts';

/** Where a backend answers, by TCP and by UDP. */
export const BACKEND_PORT = 80;
const LOOK_MS = 50;
const START_MS = 60_000;
const END_MS = 10_000;

/** A pod that answers for Services. */
export interface Backend {
  /** `namespace/name`, as its answers say. */
  readonly name: string;
  readonly node: string;
  /** One of each family, in the order of the pod's. */
  readonly ips: readonly string[];
}

export interface FleetOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly nodes: readonly string[];
  readonly pods: PodKit;
  /** How many pods answer; nodes get them in turn. */
  readonly backends: number;
  readonly signal: AbortSignal;
}

/** Pods of the run's own: those that answer for Services, and on each node one that dials. None of them is measured. */
export class Fleet implements AsyncDisposable {
  readonly backends: readonly Backend[];
  /** Node -> `namespace/name` of the pod that dials from there. */
  readonly clients: ReadonlyMap<string, string>;
  readonly #options: FleetOptions;
  readonly #names: readonly string[];

  private constructor(
    options: FleetOptions,
    names: readonly string[],
    backends: readonly Backend[],
    clients: ReadonlyMap<string, string>,
  ) {
    this.#options = options;
    this.#names = names;
    this.backends = backends;
    this.clients = clients;
  }

  /** Resolves when all of them are Ready, which a backend is when it answers. @throws Error when they do not get there */
  static async make(options: FleetOptions): Promise<Fleet> {
    const { client, namespace, nodes, pods, backends: count } = options;
    const answering = Array.from({ length: count }, (_, index) => ({
      name: `backend-${index + 1}`,
      node: nodes[index % nodes.length]!,
    }));
    const dialling = nodes.map((node) => ({ name: `client-${node}`, node }));
    const make = (name: string, nodeName: string, spec: PodSpec): Promise<Pod> =>
      client.create<Pod>(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace },
        spec: { ...spec, nodeName },
      });
    for (const { name, node } of answering) await make(name, node, pods.answering(BACKEND_PORT));
    for (const { name, node } of dialling) await make(name, node, pods.dialling());
    const names = [...answering, ...dialling].map(({ name }) => name);
    const ready = await allReady(options, names);
    const full = (name: string): string => `${namespace}/${name}`;
    return new Fleet(
      options,
      names,
      answering.map(({ name, node }) => ({ name: full(name), node, ips: ready.get(name)! })),
      new Map(dialling.map(({ name, node }) => [node, full(name)])),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { client, namespace } = this.#options;
    for (const name of this.#names) {
      await deleteIfThere(client, PODS, name, namespace, { gracePeriodSeconds: 1 });
    }
    // Their network is taken down by their nodes; the namespace of the run goes after them.
    const deadline = Date.now() + END_MS;
    while (Date.now() < deadline) {
      const left = await client.list<Pod>(PODS, { namespace });
      if (!left.items.some(({ metadata }) => this.#names.includes(metadata.name!))) return;
      await sleep(LOOK_MS);
    }
  }
}

/** Addresses of each, once all are Ready. */
async function allReady(
  { client, namespace, signal }: FleetOptions,
  names: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const { items } = await client.list<Pod>(PODS, { namespace });
    const ready = new Map(
      items
        .filter(isReady)
        .map(({ metadata, status }) => [metadata.name!, (status?.podIPs ?? []).map(({ ip }) => ip)] as const),
    );
    const missing = names.find((name) => !ready.has(name));
    if (missing === undefined) return ready;
    signal.throwIfAborted();
    if (Date.now() > deadline) {
      throw new Error(
        `Pod ${namespace}/${missing}, which the run needs, is not Ready after ${START_MS / 1000} s`,
      );
    }
    await sleep(LOOK_MS);
  }
}
