import { type CniArgs, noPoolName, podUnknown } from '../../cni/index.ts';
import { DEFAULT_POOL } from '../../ipam/index.ts';
import {
  Informer,
  IP_POOL_ANNOTATION,
  type KubeClient,
  type Namespace,
  PODS,
  type Pod,
} from '../../kube/index.ts';

/** Names of objects of Kubernetes (RFC 1123 subdomain). */
const POOL_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export interface PodPoolsOptions {
  readonly client: KubeClient;
  readonly node: string;
  /** Started by the caller. */
  readonly namespaces: Informer<Namespace>;
  /** Told of each pod of the node that is gone, as `namespace/name`. */
  readonly onGone: (pod: string) => void;
}

/** Which pool each pod of a node wants: by its annotation, else by its namespace's, else the pool `default`. */
export class PodPools implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #namespaces: Informer<Namespace>;
  readonly #pods: Informer<Pod>;

  constructor({ client, node, namespaces, onGone }: PodPoolsOptions) {
    this.#client = client;
    this.#namespaces = namespaces;
    this.#pods = new Informer<Pod>(client, PODS, { fieldSelector: `spec.nodeName=${node}` });
    this.#pods.onDelete(({ metadata }) => onGone(`${metadata.namespace}/${metadata.name}`));
  }

  /** Resolves when the pods of the node are known. */
  start(): Promise<void> {
    return this.#pods.start();
  }

  /**
   * The pool for an ADD. Asks the API for a pod that the watch has not brought yet; an attachment that is no pod's gets
   * the default.
   * @throws CniError `tryAgainLater` when the API does not know the pod, `invalidConfig` for what is no name
   */
  async poolOf({ podNamespace = '', podName, podUid }: CniArgs): Promise<string> {
    if (podName === undefined) return DEFAULT_POOL;
    const known = this.#pods.get(`${podNamespace}/${podName}`);
    const isPod = known && (podUid === undefined || known.metadata.uid === podUid);
    const { metadata } = isPod ? known : await this.#fetch(podNamespace, podName);
    const namespace = this.#namespaces.get(podNamespace);
    const pool =
      metadata.annotations?.[IP_POOL_ANNOTATION] ??
      namespace?.metadata.annotations?.[IP_POOL_ANNOTATION] ??
      DEFAULT_POOL;
    if (POOL_NAME.test(pool)) return pool;
    throw noPoolName(IP_POOL_ANNOTATION, pool);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods[Symbol.asyncDispose]();
  }

  async #fetch(namespace: string, name: string): Promise<Pod> {
    try {
      return await this.#client.get<Pod>(PODS, name, namespace);
    } catch (cause) {
      throw podUnknown(`${namespace}/${name}`, cause as Error);
    }
  }
}
