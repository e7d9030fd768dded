import type { FieldReaders } from '../selector/field-selector.ts';
import type { Change } from '../storage/change.ts';
import type { Store } from '../storage/store.ts';
import type { Frames } from './notice.ts';

/** Told of every change that may concern it. */
export interface Watcher {
  offer(change: Change, frames: Frames): void;
  /** The kind is no longer served. */
  close(): void;
}

/** A field with the one value a watcher asks for. */
export interface Interest {
  readonly field: string;
  readonly value: string;
}

/**
 * Fans changes of a store out. Watchers that ask for one value of an indexed field (the pods of a node, one
 * object by name) are looked up by it, so that a change costs nothing for the others.
 */
export class WatchHub {
  readonly #store: Store;
  readonly #readers: FieldReaders;
  readonly #indexed: readonly string[];
  readonly #all = new Set<Watcher>();
  readonly #byValue = new Map<string, Set<Watcher>>();
  #stop: (() => void) | undefined;

  constructor(store: Store, readers: FieldReaders, indexed: readonly string[]) {
    this.#store = store;
    this.#readers = readers;
    this.#indexed = indexed;
  }

  get indexed(): readonly string[] {
    return this.#indexed;
  }

  /** Adds a watcher; the result takes it out again. */
  add(watcher: Watcher, interest: Interest | undefined): () => void {
    this.#stop ??= this.#store.subscribe((change) => this.#announce(change));
    if (!interest) {
      this.#all.add(watcher);
      return () => this.#all.delete(watcher);
    }
    const key = keyOf(interest.field, interest.value);
    const watchers = this.#byValue.get(key) ?? new Set();
    this.#byValue.set(key, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#byValue.get(key) === watchers) this.#byValue.delete(key);
    };
  }

  /** Ends every watch. */
  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    for (const watcher of [...this.#all, ...[...this.#byValue.values()].flatMap((set) => [...set])])
      watcher.close();
  }

  #announce(change: Change): void {
    const frames: Frames = new Map();
    for (const watcher of this.#all) watcher.offer(change, frames);
    if (this.#byValue.size === 0) return;
    for (const field of this.#indexed) {
      const read = this.#readers.get(field)!;
      const value = read(change.entry.object);
      const before = change.previous === undefined ? value : read(change.previous.object);
      this.#offer(field, value, change, frames);
      if (before !== value) this.#offer(field, before, change, frames);
    }
  }

  #offer(field: string, value: string, change: Change, frames: Frames): void {
    const watchers = this.#byValue.get(keyOf(field, value));
    if (watchers) for (const watcher of watchers) watcher.offer(change, frames);
  }
}

const keyOf = (field: string, value: string): string => `${field}=${value}`;
