/**
 * Replaces what differs from run to run by tokens, numbered in the order in which they turn up: two answers with
 * the same resourceVersion have the same token, and two with different ones have not.
 */
export class Normalizer {
  readonly #tokens = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param names text -> token, replaced wherever it turns up, such as the name of the case's namespace */
  constructor(names: Readonly<Record<string, string>>) {
    for (const [text, token] of Object.entries(names)) this.#tokens.set(text, token);
  }

  normalize(value: unknown, key = ''): unknown {
    if (key === 'managedFields' && Array.isArray(value)) value = [...value].sort(byManager);
    if (Array.isArray(value)) return value.map((item) => this.normalize(item, key));
    if (typeof value === 'object' && value !== null) return this.#object(value as Record<string, unknown>);
    if (typeof value === 'number' && /nodePort$/i.test(key)) return this.#token('port', String(value));
    return typeof value === 'string' ? this.#string(value, key) : value;
  }

  #object(object: Record<string, unknown>): Record<string, unknown> {
    const { name, generateName } = object;
    if (typeof name === 'string' && typeof generateName === 'string' && name.startsWith(generateName)) {
      this.#tokens.set(name, `${this.#text(generateName)}<random>`);
    }
    if (isVersionOfAll(object))
      object = { ...object, metadata: { ...(object.metadata as object), resourceVersion: '<now>' } };
    const keys = Object.keys(object).sort();
    return Object.fromEntries(keys.map((key) => [key, this.normalize(object[key], key)]));
  }

  #string(text: string, key: string): string {
    if (key === 'uid' && text !== '') return this.#token('uid', text);
    if (key === 'resourceVersion' && /^[1-9]\d*$/.test(text)) return this.#token('version', text);
    if (key === 'continue' && text !== '') return '<continue>';
    if (key === 'cells' && /^(\d+[smhd]\d*)+$|^<unknown>$/.test(text)) return '<age>';
    return this.#text(text);
  }

  #text(text: string): string {
    let result = text
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replace(/\b10\.96\.\d+\.\d+\b/g, (ip) => this.#token('ipv4', ip))
      .replace(/\bfd00:96::[0-9a-f:]*/g, (ip) => this.#token('ipv6', ip))
      .replace(/(resource version: |current: )\d+/g, '$1<version>')
      // An object quoted in a message. How far the count is depends on what the server wrote while it started.
      .replace(/(resourceVersion\\*":\\*")\d+/g, '$1<version>')
      .replace(/\b(\d+):3\d{4}\/(TCP|UDP)/g, '$1:<port>/$2');
    for (const [raw, token] of this.#tokens) {
      if (raw.length > 4 && !/^\d+$/.test(raw)) result = result.replaceAll(raw, token);
    }
    return result;
  }

  #token(kind: string, raw: string): string {
    const known = this.#tokens.get(raw);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const token = `<${kind}-${count}>`;
    this.#tokens.set(raw, token);
    return token;
  }
}

/**
 * The server puts the managers of an object in the order of their times, which it keeps in whole seconds, and only then
 * of their names: two requests on either side of a second's end change it (sortEncodedManagedFields of apimachinery).
 */
function byManager(a: unknown, b: unknown): number {
  const [left, right] = [managerOf(a), managerOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function managerOf(entry: unknown): string {
  const { operation, manager, subresource, apiVersion } = (entry ?? {}) as Record<string, string | undefined>;
  return JSON.stringify([operation, manager, subresource, apiVersion]);
}

/** Lists, tables and the bookmark after initial events: their version counts what else the server has written, too. */
function isVersionOfAll({ items, rows, metadata }: Record<string, unknown>): boolean {
  const { annotations = {}, resourceVersion } = (metadata ?? {}) as {
    annotations?: object;
    resourceVersion?: string;
  };
  if (!resourceVersion) return false;
  return Array.isArray(items) || Array.isArray(rows) || 'k8s.io/initial-events-end' in annotations;
}
