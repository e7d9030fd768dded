import type { KubeObject } from './types.ts';

/**
 * The newest known state of each object, from the watch or from an own write, whichever came first. The watch lags
 * behind what was written, and a state from before a write must not be taken for a change. Specifications are numbered
 * (metadata.generation); states of one generation differ in their status only.
 */
export class Newest<T extends KubeObject> {
  readonly #objects = new Map<string, T>();

  get(name: string): T | undefined {
    return this.#objects.get(name);
  }

  /** Takes a state in; false when a newer one of the same object is known. */
  offer(object: T): boolean {
    const name = object.metadata.name!;
    const known = this.#objects.get(name);
    const isSame = known?.metadata.uid === object.metadata.uid;
    if (known && isSame && generationOf(object) < generationOf(known)) return false;
    this.#objects.set(name, object);
    return true;
  }

  delete(name: string): void {
    this.#objects.delete(name);
  }
}

function generationOf({ metadata }: KubeObject): number {
  return metadata.generation ?? 0;
}
