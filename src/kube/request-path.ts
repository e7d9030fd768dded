import type { ListOptions, WatchOptions } from './kube-client.ts';
import type { Resource } from './types.ts';

const roots = new WeakMap<Resource, string>();

/** `/api/v1` or `/apis/group/version`, computed once per resource. */
export function resourceRoot(r: Resource): string {
  let root = roots.get(r);
  if (root === undefined) {
    root = r.group === '' ? `/api/${r.version}` : `/apis/${r.group}/${r.version}`;
    roots.set(r, root);
  }
  return root;
}

/** The path of all objects of a resource, in one namespace or in all. */
export function collectionPath(r: Resource, namespace?: string): string {
  return r.namespaced && namespace
    ? `${resourceRoot(r)}/namespaces/${encodeURIComponent(namespace)}/${r.plural}`
    : `${resourceRoot(r)}/${r.plural}`;
}

/** The path of one object or of a subresource of it. */
export function objectPath(r: Resource, name: string, namespace?: string, subresource?: string): string {
  const path = `${collectionPath(r, namespace)}/${encodeURIComponent(name)}`;
  return subresource ? `${path}/${subresource}` : path;
}

/** The query of a list, with its question mark, or nothing. */
export function listQuery(opts: ListOptions): string {
  let query = selectorQuery(opts);
  if (opts.limit) query += `&limit=${opts.limit}`;
  if (opts.continue) query += `&continue=${encodeURIComponent(opts.continue)}`;
  if (opts.resourceVersion) query += `&resourceVersion=${encodeURIComponent(opts.resourceVersion)}`;
  return query === '' ? '' : `?${query.slice(1)}`;
}

/** The query of a watch that the server ends after `timeoutSeconds`. */
export function watchQuery(opts: WatchOptions, timeoutSeconds: number): string {
  let query = `?watch=1&timeoutSeconds=${timeoutSeconds}${selectorQuery(opts)}`;
  if (opts.resourceVersion) query += `&resourceVersion=${encodeURIComponent(opts.resourceVersion)}`;
  if (opts.bookmarks) query += '&allowWatchBookmarks=true';
  return query;
}

function selectorQuery(opts: { labelSelector?: string; fieldSelector?: string }): string {
  let query = '';
  if (opts.labelSelector) query += `&labelSelector=${encodeURIComponent(opts.labelSelector)}`;
  if (opts.fieldSelector) query += `&fieldSelector=${encodeURIComponent(opts.fieldSelector)}`;
  return query;
}
