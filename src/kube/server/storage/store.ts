import type { KubeObject } from '../../types.ts';
import type { Change } from './change.ts';
import { ChangeLog } from './change-log.ts';
import { deepFreeze, Entry } from './entry.ts';
import type { Revision } from './revision.ts';

/** Reads a field that objects are indexed by, such as `spec.nodeName`; '' is a value too. */
export type IndexedFields = ReadonlyMap<string, (object: KubeObject) => string>;

export type Listener = (change: Change) => void;

const NONE: ReadonlySet<string> = new Set();

/**
 * All objects of one resource, in memory. Objects are frozen when they are committed and handed out as they
 * are; every write takes the next global revision, is logged, and is announced before the call returns.
 */
export class Store {
  readonly log: ChangeLog;
  readonly #revision: Revision;
  readonly #indexed: IndexedFields;
  readonly #entries = new Map<string, Entry>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #listeners = new Set<Listener>();
  #sortedKeys: readonly string[] | undefined;

  constructor(revision: Revision, options: { historyLimit: number; indexed?: IndexedFields }) {
    this.#revision = revision;
    this.log = new ChangeLog(options.historyLimit);
    this.#indexed = options.indexed ?? new Map();
    for (const field of this.#indexed.keys()) this.#indexes.set(field, new Map());
  }

  get size(): number {
    return this.#entries.size;
  }

  get revision(): number {
    return this.#revision.current;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  values(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** Keys in etcd's order. */
  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#entries.keys()].sort();
    return this.#sortedKeys;
  }

  /** Keys of the objects with this value of an indexed field; undefined when the field has no index. */
  keysBy(field: string, value: string): ReadonlySet<string> | undefined {
    const index = this.#indexes.get(field);
    return index && (index.get(value) ?? NONE);
  }

  /** Adds or replaces; the object must not be used by the caller afterwards. */
  put(key: string, object: KubeObject): Entry {
    const previous = this.#entries.get(key);
    const entry = this.#stamp(key, object);
    this.#entries.set(key, entry);
    if (!previous) this.#sortedKeys = undefined;
    this.#reindex(key, previous, entry);
    this.#announce({ type: previous ? 'MODIFIED' : 'ADDED', revision: entry.revision, entry, previous });
    return entry;
  }

  /** Removes; `last` is the final state when it differs from the stored one. */
  remove(key: string, last?: KubeObject): Entry {
    const previous = this.#entries.get(key);
    if (!previous) throw new Error(`remove ${key}: not in the store`);
    const entry = this.#stamp(key, last ?? previous.object);
    this.#entries.delete(key);
    this.#sortedKeys = undefined;
    this.#reindex(key, previous, undefined);
    this.#announce({ type: 'DELETED', revision: entry.revision, entry, previous });
    return entry;
  }

  /** Calls back within every write, after it. Returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stamp(key: string, object: KubeObject): Entry {
    const revision = this.#revision.next();
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    return new Entry(key, deepFreeze({ ...object, metadata }), revision);
  }

  #reindex(key: string, previous: Entry | undefined, entry: Entry | undefined): void {
    for (const [field, read] of this.#indexed) {
      const before = previous && read(previous.object);
      const after = entry && read(entry.object);
      if (before === after) continue;
      const index = this.#indexes.get(field)!;
      if (before !== undefined) {
        const keys = index.get(before);
        keys?.delete(key);
        if (keys?.size === 0) index.delete(before);
      }
      if (after !== undefined) {
        const keys = index.get(after);
        if (keys) keys.add(key);
        else index.set(after, new Set([key]));
      }
    }
  }

  #announce(change: Change): void {
    this.log.append(change);
    for (const listener of this.#listeners) listener(change);
    change.previous?.forgetJson();
  }
}
