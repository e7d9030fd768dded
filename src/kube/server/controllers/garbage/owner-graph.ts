import type { KubeObject, OwnerReference, Resource } from '../../../index.ts';

/** What garbage collection needs to know of an object. */
export interface GraphItem {
  readonly uid: string;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

const NONE: readonly never[] = [];

export function graphItemOf(resource: Resource, { metadata }: KubeObject): GraphItem {
  return {
    uid: metadata.uid ?? '',
    resource,
    namespace: metadata.namespace,
    name: metadata.name ?? '',
    owners: metadata.ownerReferences ?? NONE,
    deleting: Boolean(metadata.deletionTimestamp),
    finalizers: metadata.finalizers ?? NONE,
  };
}

/** Who owns whom, by uid. Owners that were never seen have dependents all the same. */
export class OwnerGraph {
  readonly #items = new Map<string, GraphItem>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): GraphItem | undefined {
    return this.#items.get(uid);
  }

  put(item: GraphItem): void {
    this.#unlink(this.#items.get(item.uid));
    this.#items.set(item.uid, item);
    for (const { uid } of item.owners) {
      const dependents = this.#dependents.get(uid);
      if (dependents) dependents.add(item.uid);
      else this.#dependents.set(uid, new Set([item.uid]));
    }
  }

  delete(uid: string): void {
    this.#unlink(this.#items.get(uid));
    this.#items.delete(uid);
  }

  dependentsOf(uid: string): GraphItem[] {
    return Array.from(this.#dependents.get(uid) ?? NONE).flatMap(
      (dependent) => this.#items.get(dependent) ?? [],
    );
  }

  /** Objects with an owner that is not in the graph. */
  *withUnknownOwner(): Generator<GraphItem> {
    for (const item of this.#items.values()) {
      if (item.owners.some(({ uid }) => !this.#items.has(uid))) yield item;
    }
  }

  #unlink(item: GraphItem | undefined): void {
    if (!item) return;
    for (const { uid } of item.owners) {
      const dependents = this.#dependents.get(uid);
      if (dependents?.delete(item.uid) && dependents.size === 0) this.#dependents.delete(uid);
    }
  }
}
