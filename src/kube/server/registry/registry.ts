import type { Resource } from '../../types.ts';
import type { FieldReader } from '../selector/field-selector.ts';
import { Revision } from '../storage/revision.ts';
import { Store } from '../storage/store.ts';
import { WatchHub } from '../watch/hub.ts';
import type { ResourceSpec } from './resource-spec.ts';

/** A kind that is served, with the store behind it. */
export interface Served {
  readonly spec: ResourceSpec;
  readonly store: Store;
  readonly hub: WatchHub;
}

/** Every kind that is served, by group, version and plural. Changes when CRDs come and go. */
export class Registry {
  readonly revision = new Revision();
  readonly #historyLimit: number;
  readonly #served = new Map<string, Served>();
  #generation = 0;

  /** @param historyLimit changes per kind that watches can resume from */
  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  /** Counts additions and removals, so that what is derived from the list can be cached. */
  get generation(): number {
    return this.#generation;
  }

  /** Serves a kind; one with a view shares the store of the kind it is a view of. */
  add(spec: ResourceSpec): Served {
    const key = keyOf(spec.resource);
    const before = spec.view ? this.of(spec.view.storage) : this.#served.get(key);
    const store = before?.store ?? this.#store(spec);
    const hub = before?.hub ?? new WatchHub(store, spec.fields, spec.indexed);
    const served = { spec, store, hub };
    this.#served.set(key, served);
    this.#generation++;
    return served;
  }

  remove(resource: Resource): void {
    if (this.#served.delete(keyOf(resource))) this.#generation++;
  }

  find(group: string, version: string, plural: string): Served | undefined {
    return this.#served.get(`${group}/${version}/${plural}`);
  }

  /** The served kind; an error when there is none, which is a mistake of the caller. */
  of(resource: Resource): Served {
    const served = this.#served.get(keyOf(resource));
    if (!served) throw new Error(`${keyOf(resource)} is not served`);
    return served;
  }

  all(): IterableIterator<Served> {
    return this.#served.values();
  }

  #store(spec: ResourceSpec): Store {
    const indexed = new Map<string, FieldReader>();
    // Names are found by key; the entry in `indexed` is for watches of a single object.
    for (const field of spec.indexed)
      if (field !== 'metadata.name') indexed.set(field, spec.fields.get(field)!);
    return new Store(this.revision, { historyLimit: this.#historyLimit, indexed });
  }
}

const keyOf = (r: Resource): string => `${r.group}/${r.version}/${r.plural}`;

/** Where an object lies in its store. */
export function storageKey(resource: Resource, namespace: string | undefined, name: string): string {
  return resource.namespaced ? `${namespace}/${name}` : name;
}
