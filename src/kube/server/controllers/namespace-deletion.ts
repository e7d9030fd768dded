import {
  deleteIfThere,
  type Informer,
  isReason,
  type KubeList,
  type KubeObject,
  keyOf,
  NAMESPACES,
  type Namespace,
  type Resource,
  WorkQueue,
} from '../../index.ts';
import type { ControllerContext } from './controller-context.ts';
import type { ServedResources } from './served-resources.ts';

const FINALIZER = 'kubernetes';
/** Objects listed and deleted at a time. */
const PAGE = 500;
const IN_FLIGHT = 32;
/** Wait before a namespace is looked at again that still holds something, in ms. */
const RECHECK = 200;

/** Empties namespaces that are being deleted, then lets them go (pkg/controller/namespace). */
export class NamespaceDeletion implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #served: ServedResources;
  readonly #namespaces: Informer<Namespace>;
  readonly #queue: WorkQueue;

  constructor(context: ControllerContext, served: ServedResources) {
    this.#context = context;
    this.#served = served;
    this.#namespaces = context.informers.get<Namespace>(NAMESPACES);
    this.#queue = new WorkQueue((name) => this.#sync(name), {
      concurrency: 2,
      onError: (error, name) => context.onError('namespace-deletion', name, error),
    });
    const see = (namespace: Namespace) => {
      if (namespace.metadata.deletionTimestamp) this.#queue.add(keyOf(namespace));
    };
    this.#namespaces.onAdd(see).onUpdate(see);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue[Symbol.asyncDispose]();
  }

  async #sync(name: string): Promise<void> {
    const namespace = this.#namespaces.get(name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(FINALIZER)) return;
    let left = 0;
    for (const resource of this.#served.namespaced()) left += await this.#empty(resource, name);
    if (left > 0) {
      this.#queue.addAfter(name, RECHECK);
      return;
    }
    const finalizers = namespace.spec.finalizers.filter((finalizer) => finalizer !== FINALIZER);
    try {
      const finalized = { ...namespace, spec: { ...namespace.spec, finalizers } };
      await this.#context.client.replace(NAMESPACES, finalized, { subresource: 'finalize' });
    } catch (error) {
      // Somebody changed it: the informer brings the new state.
      if (isReason(error, 'Conflict')) this.#queue.addAfter(name, RECHECK);
      else if (!isReason(error, 'NotFound')) throw error;
    }
  }

  /** Asks for the deletion of all objects of a kind; how many were there. */
  async #empty(resource: Resource, namespace: string): Promise<number> {
    let count = 0;
    for (let next: string | undefined = ''; next !== undefined; ) {
      const opts = { namespace, limit: PAGE, ...(next === '' ? {} : { continue: next }) };
      const page: KubeList<KubeObject> = await this.#context.client.list(resource, opts);
      count += page.items.length;
      const present = page.items.filter(({ metadata }) => !metadata.deletionTimestamp).values();
      // Several walk the same iterator, so that a bounded number is on its way.
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, async () => {
          for (const { metadata } of present) await this.#delete(resource, metadata.name ?? '', namespace);
        }),
      );
      next = page.metadata.continue || undefined;
    }
    return count;
  }

  async #delete(resource: Resource, name: string, namespace: string): Promise<void> {
    await deleteIfThere(this.#context.client, resource, name, namespace, {
      propagationPolicy: 'Background',
    });
  }
}
