/**
 * Strategic merge patch (k8s.io/apimachinery/pkg/util/strategicpatch): a merge patch in which lists merge by
 * key where the schema says so (schema/list-rules.ts), with the directives `$patch` (replace, delete),
 * `$retainKeys`, `$setElementOrder/<list>` and `$deleteFromPrimitiveList/<list>`.
 */
import { jsonEqual } from '../rest/thaw.ts';
import { isRecord } from '../schema/prune.ts';
import type { ListRule, Schema } from '../schema/schema.ts';
import { badRequest, failure } from '../status/errors.ts';

type Json = Record<string, unknown>;

const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

export function strategicMerge(target: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!isRecord(patch)) return patch;
  const directive = patch.$patch;
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`unknown patch type: ${String(directive)}`);
  let result: Json = isRecord(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys)) result = pick(result, patch.$retainKeys as string[]);
  for (const key in patch) {
    if (key.startsWith('$')) continue;
    const field = schema?.type === 'map' ? schema.items : schema?.fields?.get(key);
    if (patch[key] === null) delete result[key];
    else result[key] = mergeField(result[key], patch[key], field);
  }
  applyListDirectives(result, patch, schema);
  return result;
}

function mergeField(target: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (!Array.isArray(patch)) return strategicMerge(target, patch, schema);
  const rule = schema?.list;
  const list = Array.isArray(target) ? target : [];
  if (rule?.kind === 'set' && rule.strategic) {
    return [...list, ...patch.filter((item) => !list.includes(item))];
  }
  const key = mergeKeyOf(rule);
  return key === undefined ? patch : mergeList(list, patch, key, schema!.items);
}

function mergeKeyOf(rule: ListRule | undefined): string | undefined {
  return rule && rule.kind !== 'set' ? rule.mergeKey : undefined;
}

function mergeList(
  target: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  items: Schema | undefined,
) {
  if (patch.some((item) => isRecord(item) && item.$patch === 'replace' && !(key in item))) {
    return patch.filter((item) => !(isRecord(item) && '$patch' in item));
  }
  let result = [...target];
  for (const item of patch) {
    if (!isRecord(item) || item[key] === undefined) {
      throw failure(500, '', `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const same = (other: unknown) => isRecord(other) && other[key] === item[key];
    if (item.$patch === 'delete') {
      result = result.filter((other) => !same(other));
      continue;
    }
    const at = result.findIndex(same);
    const merged = strategicMerge(at < 0 ? undefined : result[at], item, items);
    if (at < 0) result.push(merged);
    else result[at] = merged;
  }
  return result;
}

function applyListDirectives(result: Json, patch: Json, schema: Schema | undefined): void {
  for (const key in patch) {
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      const gone = patch[key] as unknown[];
      const list = result[field];
      if (Array.isArray(list)) result[field] = list.filter((item) => !gone.includes(item));
    }
  }
  for (const key in patch) {
    if (!key.startsWith(ORDER)) continue;
    const field = key.slice(ORDER.length);
    const list = result[field];
    const mergeKey = mergeKeyOf(schema?.fields?.get(field)?.list);
    if (Array.isArray(list)) result[field] = ordered(list, patch[key] as unknown[], mergeKey);
  }
}

/** Items that the order names take its order, in the places they hold together; the others stay put. */
function ordered(
  list: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const id = (item: unknown) => (mergeKey !== undefined && isRecord(item) ? item[mergeKey] : item);
  const rank = (item: unknown) => order.findIndex((other) => jsonEqual(id(other), id(item)));
  const named = list.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  return list.map((item) => (rank(item) >= 0 ? named.shift() : item));
}

function withoutDirectives(patch: Json): Json {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

const pick = (object: Json, keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
