import type { Namespace } from '../../objects.ts';
import { NAMESPACES } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import { isRecord } from '../schema/prune.ts';
import { notFound } from '../status/errors.ts';
import type { Store } from '../storage/store.ts';
import { removeEntry } from './delete.ts';
import type { Api } from './options.ts';

/** PUT namespaces/NAME/finalize: replaces `spec.finalizers`; the last one to go takes the namespace along. */
export function finalizeNamespace(api: Api, name: string, body: unknown): KubeObject {
  const served = api.registry.of(NAMESPACES);
  const live = served.store.get(name);
  if (!live) throw notFound(NAMESPACES, name);
  const { spec } = (isRecord(body) ? body : {}) as Partial<Namespace>;
  const object = {
    ...live.object,
    spec: { ...(live.object as Namespace).spec, finalizers: spec?.finalizers ?? [] },
  };
  const done =
    object.metadata.deletionTimestamp &&
    object.spec.finalizers.length === 0 &&
    !object.metadata.finalizers?.length;
  return (done ? served.store.remove(name, object) : served.store.put(name, object)).object;
}

/**
 * Empties namespaces that are being deleted and lets them go when nothing is left: the namespace controller of
 * kube-controller-manager, told of every change of the namespaces and of what is in them.
 */
export class NamespaceLifecycle {
  readonly #api: Api;
  readonly #terminating = new Set<string>();
  /** Stores whose deletions are listened to, since something of a terminating namespace waits in them. */
  readonly #followed = new Set<Store>();
  #scheduled = false;

  constructor(api: Api) {
    this.#api = api;
    const served = api.registry.of(NAMESPACES);
    served.store.subscribe(({ type, entry }) => {
      if (type === 'DELETED') this.#terminating.delete(entry.key);
      else if (entry.object.metadata.deletionTimestamp) this.#begin(entry.key);
    });
  }

  #follow(store: Store): void {
    if (this.#followed.has(store)) return;
    this.#followed.add(store);
    store.subscribe(({ type }) => {
      if (type === 'DELETED' && this.#terminating.size > 0) this.#schedule();
    });
  }

  #begin(name: string): void {
    this.#terminating.add(name);
    this.#schedule();
  }

  /** After the write that caused it, so that its answer is what the client sees first. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const name of [...this.#terminating]) this.#empty(name);
    });
  }

  #empty(namespace: string): void {
    let left = 0;
    for (const served of [...this.#api.registry.all()]) {
      if (!served.spec.resource.namespaced || served.spec.view) continue;
      left += this.#emptyOf(served, namespace);
    }
    const live = this.#api.registry.of(NAMESPACES).store.get(namespace)?.object as Namespace | undefined;
    if (left === 0 && live?.spec?.finalizers?.length) {
      const finalizers = live.spec.finalizers.filter((finalizer) => finalizer !== 'kubernetes');
      finalizeNamespace(this.#api, namespace, { spec: { finalizers } });
    }
  }

  /** Deletes what is there; counts what has to wait for its grace or finalizers. */
  #emptyOf(served: Served, namespace: string): number {
    let left = 0;
    for (const key of served.store.keys()) {
      const entry = key.startsWith(`${namespace}/`) ? served.store.get(key) : undefined;
      if (!entry) continue;
      const waiting = entry.object.metadata.deletionTimestamp;
      if (waiting || !removeEntry(this.#api, served, entry, {}).gone) left++;
    }
    if (left > 0) this.#follow(served.store);
    return left;
  }
}
