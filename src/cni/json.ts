/** Reading JSON that somebody else wrote: values are `unknown` until asked for, problems are collected. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value is shown in a message: its JSON, cut at 60 characters, and its type. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value) ?? String(value);
  const type = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  return `\`${json.length > 60 ? `${json.slice(0, 57)}...` : json}\` (${type})`;
}

/** The fields of one object with the problems found in them; `path` leads to it from the top. */
export class Fields {
  readonly path: string;
  readonly problems: string[];
  readonly #object: JsonObject;

  constructor(object: JsonObject, path = '', problems: string[] = []) {
    this.#object = object;
    this.path = path;
    this.problems = problems;
  }

  /** The path of a field, for messages. */
  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  raw(key: string): unknown {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }

  /** Adds the problem `field: Expected what, got value`. */
  expected(key: string, what: string, value: unknown = this.raw(key)): undefined {
    this.problems.push(`${this.at(key)}: Expected ${what}, got ${show(value)}`);
    return undefined;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    return value === undefined || typeof value === 'string' ? value : this.expected(key, 'a string');
  }

  /** A boolean, or the words true and false, as libcni takes them. */
  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    const word = typeof value === 'string' ? value.toLowerCase() : undefined;
    if (word === 'true' || word === 'false') return word === 'true';
    return this.expected(key, '`true` or `false`');
  }

  integer(key: string, min: number, max: number): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
    return fits ? value : this.expected(key, `an integer from ${min} to ${max}`);
  }

  strings(key: string): readonly string[] | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const fits = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return fits ? value : this.expected(key, 'a list of strings');
  }

  /** The objects of a list; null counts as an empty list, since Go prints one for an empty slice. */
  objects(key: string): readonly Fields[] {
    const value = this.raw(key) ?? undefined;
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isObject)) {
      this.expected(key, 'a list of objects');
      return [];
    }
    return value.map((item, index) => new Fields(item, `${this.at(key)}[${index}]`, this.problems));
  }

  object(key: string): Fields | undefined {
    const value = this.raw(key) ?? undefined;
    if (value === undefined) return undefined;
    if (isObject(value)) return new Fields(value, this.at(key), this.problems);
    return this.expected(key, 'an object');
  }

  keys(): readonly string[] {
    return Object.keys(this.#object);
  }
}
