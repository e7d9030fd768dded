/** Finds keys by a namespace and one `label=value` pair, so that no change has to look at every object. */
export class LabelIndex {
  readonly #keys = new Map<string, Set<string>>();

  add(namespace: string, label: string, value: string, key: string): void {
    const pair = `${namespace}\0${label}=${value}`;
    const keys = this.#keys.get(pair);
    if (keys) keys.add(key);
    else this.#keys.set(pair, new Set([key]));
  }

  delete(namespace: string, label: string, value: string, key: string): void {
    const pair = `${namespace}\0${label}=${value}`;
    const keys = this.#keys.get(pair);
    if (keys?.delete(key) && keys.size === 0) this.#keys.delete(pair);
  }

  get(namespace: string, label: string, value: string): ReadonlySet<string> {
    return this.#keys.get(`${namespace}\0${label}=${value}`) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();
