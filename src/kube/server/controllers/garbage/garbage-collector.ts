import { isReason, type KubeObject, type OwnerReference, type Resource, WorkQueue } from '../../../index.ts';
import type { ControllerContext } from '../controller-context.ts';
import type { ServedResources } from '../served-resources.ts';
import { type GraphItem, graphItemOf, OwnerGraph } from './owner-graph.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
const CONCURRENCY = 16;

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphaning deletion
 * (pkg/controller/garbagecollector of Kubernetes). Whether an owner that was never seen exists is asked of the
 * API; an owner of a kind that is not served counts as existing: what cannot be seen deletes nothing.
 */
export class GarbageCollector implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #served: ServedResources;
  readonly #graph = new OwnerGraph();
  readonly #queue: WorkQueue;
  #started = false;

  constructor(context: ControllerContext, served: ServedResources) {
    this.#context = context;
    this.#served = served;
    this.#queue = new WorkQueue((uid) => this.#process(uid), {
      concurrency: CONCURRENCY,
      onError: (error, uid) => {
        // Changed meanwhile: looked at again with the new state.
        if (!isReason(error, 'Conflict'))
          context.onError('garbage-collector', this.#graph.get(uid)?.name ?? uid, error);
      },
    });
    served.followOwnable((resource, informer) => {
      informer
        .onAdd((object) => this.#see(resource, object))
        .onUpdate((object) => this.#see(resource, object));
      informer.onDelete((object) => this.#gone(object));
    });
  }

  /** Before this nothing is deleted: an owner may only not have been listed yet. */
  start(): void {
    this.#started = true;
    for (const { uid } of this.#graph.withUnknownOwner()) this.#queue.add(uid);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue[Symbol.asyncDispose]();
  }

  #see(resource: Resource, object: KubeObject): void {
    const item = graphItemOf(resource, object);
    this.#graph.put(item);
    const waits = item.deleting && (item.finalizers.includes(FOREGROUND) || item.finalizers.includes(ORPHAN));
    const unknown = this.#started && item.owners.some(({ uid }) => this.#ownerState(uid) !== 'solid');
    if (waits || unknown) this.#queue.add(item.uid);
  }

  #gone({ metadata: { uid = '' } }: KubeObject): void {
    const owners = this.#graph.get(uid)?.owners ?? [];
    this.#graph.delete(uid);
    for (const dependent of this.#graph.dependentsOf(uid)) this.#queue.add(dependent.uid);
    // An owner may have waited for this one.
    for (const owner of owners) if (this.#ownerState(owner.uid) === 'waiting') this.#queue.add(owner.uid);
  }

  #ownerState(uid: string): 'solid' | 'waiting' | 'unknown' {
    const owner = this.#graph.get(uid);
    if (!owner) return 'unknown';
    return owner.deleting && owner.finalizers.includes(FOREGROUND) ? 'waiting' : 'solid';
  }

  async #process(uid: string): Promise<void> {
    const item = this.#graph.get(uid);
    if (!item) return;
    if (!item.deleting) return this.#deleteUnowned(item);
    if (item.finalizers.includes(ORPHAN)) return this.#orphanDependents(item);
    if (item.finalizers.includes(FOREGROUND)) return this.#deleteDependents(item);
  }

  async #deleteUnowned(item: GraphItem): Promise<void> {
    if (item.owners.length === 0) return;
    const gone = new Set<string>();
    const waiting = new Set<string>();
    for (const owner of item.owners) {
      const state = this.#ownerState(owner.uid);
      if (state === 'waiting') waiting.add(owner.uid);
      else if (state === 'unknown' && !(await this.#exists(owner, item))) gone.add(owner.uid);
    }
    if (gone.size + waiting.size === 0) return;
    if (gone.size + waiting.size < item.owners.length) {
      await this.#dropOwners(item, (owner) => gone.has(owner.uid) || waiting.has(owner.uid));
      return;
    }
    const foreground =
      item.finalizers.includes(FOREGROUND) || (waiting.size > 0 && this.#hasDependents(item));
    const policy = item.finalizers.includes(ORPHAN) ? 'Orphan' : foreground ? 'Foreground' : 'Background';
    await this.#context.client
      .delete(item.resource, item.name, item.namespace, { uid: item.uid, propagationPolicy: policy })
      .catch((error: unknown) => {
        // Conflict: another object of the same name by now.
        if (!isReason(error, 'NotFound', 'Conflict')) throw error;
      });
  }

  #hasDependents({ uid }: GraphItem): boolean {
    return this.#graph.dependentsOf(uid).length > 0;
  }

  async #exists(owner: OwnerReference, dependent: GraphItem): Promise<boolean> {
    const resource = this.#served.find(owner.apiVersion, owner.kind);
    // A namespaced owner of a cluster-scoped object cannot be looked up: such a reference is an error of its author.
    if (!resource || (resource.namespaced && dependent.namespace === undefined)) return true;
    try {
      const namespace = resource.namespaced ? dependent.namespace : undefined;
      return (await this.#context.client.get(resource, owner.name, namespace)).metadata.uid === owner.uid;
    } catch (error) {
      if (isReason(error, 'NotFound')) return false;
      throw error;
    }
  }

  async #orphanDependents(item: GraphItem): Promise<void> {
    for (const dependent of this.#graph.dependentsOf(item.uid)) {
      await this.#dropOwners(dependent, ({ uid }) => uid === item.uid);
    }
    await this.#dropFinalizer(item, ORPHAN);
  }

  async #deleteDependents(item: GraphItem): Promise<void> {
    const dependents = this.#graph.dependentsOf(item.uid);
    const blocks = ({ uid, blockOwnerDeletion }: OwnerReference) =>
      uid === item.uid && blockOwnerDeletion === true;
    if (!dependents.some(({ owners }) => owners.some(blocks))) await this.#dropFinalizer(item, FOREGROUND);
    for (const { uid, deleting } of dependents) if (!deleting) this.#queue.add(uid);
  }

  async #dropOwners(item: GraphItem, drop: (owner: OwnerReference) => boolean): Promise<void> {
    await this.#edit(item, (metadata) => ({
      ownerReferences: (metadata.ownerReferences ?? []).filter((owner) => !drop(owner)),
    }));
  }

  async #dropFinalizer(item: GraphItem, finalizer: string): Promise<void> {
    await this.#edit(item, (metadata) => ({
      finalizers: (metadata.finalizers ?? []).filter((name) => name !== finalizer),
    }));
  }

  /** Reads, changes and writes metadata; with Conflict when somebody else was quicker. */
  async #edit(item: GraphItem, change: (metadata: KubeObject['metadata']) => object): Promise<void> {
    const { client } = this.#context;
    const { resource, name, namespace, uid } = item;
    try {
      const { metadata } = await client.get(resource, name, namespace);
      if (metadata.uid !== uid) return;
      const body = { metadata: { uid, resourceVersion: metadata.resourceVersion, ...change(metadata) } };
      await client.patch(resource, name, namespace, { type: 'merge', body });
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
  }
}
