import type { KubeObject } from '../../types.ts';

/** One stored version of an object: frozen, with its JSON made at most once. */
export class Entry {
  readonly key: string;
  readonly object: KubeObject;
  readonly revision: number;
  #json: Buffer | undefined;

  constructor(key: string, object: KubeObject, revision: number) {
    this.key = key;
    this.object = object;
    this.revision = revision;
  }

  get json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(this.object));
    return this.#json;
  }

  /** Drops the bytes of a version that is no longer current; a late watcher makes them anew. */
  forgetJson(): void {
    this.#json = undefined;
  }
}

/** Freezes whatever is new in an object; what is frozen already came from the store and is frozen throughout. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) for (const item of value) deepFreeze(item);
  else for (const key in value) deepFreeze(value[key]);
  return Object.freeze(value);
}
