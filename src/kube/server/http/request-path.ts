/** A request for objects: `/api/v1/...` or `/apis/<group>/<version>/...`. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Takes a path apart; undefined for paths that are not about objects. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/');
  if (parts.at(-1) === '') parts.pop();
  const grouped = parts[1] === 'apis';
  if (!grouped && parts[1] !== 'api') return undefined;
  const at = grouped ? 4 : 3;
  if (parts.length <= at) return undefined;
  const group = grouped ? parts[2]! : '';
  const version = parts[at - 1]!;
  const rest = parts.slice(at).map(decode);
  const [first, second, third, ...more] = rest;
  const ofNamespace =
    third === undefined || (NAMESPACE_SUBRESOURCES.has(third) && more.length === 0 && group === '');
  if (first !== 'namespaces' || ofNamespace) {
    return {
      group,
      version,
      namespace: undefined,
      plural: first!,
      name: second,
      subresource: join(third, more),
    };
  }
  const [name, ...subresource] = more;
  return {
    group,
    version,
    namespace: second,
    plural: third,
    name,
    subresource: join(subresource[0], subresource.slice(1)),
  };
}

const decode = (part: string): string => (part.includes('%') ? decodeURIComponent(part) : part);
const join = (first: string | undefined, more: readonly string[]) =>
  first === undefined || more.length === 0 ? first : [first, ...more].join('/');
