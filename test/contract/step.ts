/**
 * A case of the contract is a list of requests; what the answers must be is not written down but recorded from
 * the real kube-apiserver (recorded/*.snap). In paths and bodies `{ns}` stands for the case's own namespace and
 * `{2.metadata.resourceVersion}` for a field of the answer to the request with that index.
 */
export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly anonymous?: boolean;
  /** What of the answer is promised, where it is not all of it. */
  readonly pick?: (body: Body) => unknown;
  /** Asked again until this holds: for what happens some time after a request. */
  readonly until?: (body: Body) => boolean;
  /** A watch: how many changes are read from it, and the requests made meanwhile. */
  readonly watch?: { readonly events: number; readonly during: readonly Step[] };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into before their shape is known
export type Body = any;

export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

type More = Omit<Partial<Step>, 'method' | 'path' | 'body'>;

export const get = (path: string, more: More = {}): Step => ({ method: 'GET', path, ...more });
export const post = (path: string, body: unknown, more: More = {}): Step => ({
  method: 'POST',
  path,
  body,
  ...more,
});
export const put = (path: string, body: unknown, more: More = {}): Step => ({
  method: 'PUT',
  path,
  body,
  ...more,
});
export const del = (path: string, body?: unknown, more: More = {}): Step => ({
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export const patch = (
  kind: keyof typeof PATCH_TYPES,
  path: string,
  body: unknown,
  more: More = {},
): Step => ({
  method: 'PATCH',
  path,
  body,
  contentType: PATCH_TYPES[kind],
  ...more,
});

/** A watch that reads so many changes, which the requests in `during` bring about once it is open. */
export const watch = (path: string, events: number, during: readonly Step[] = [], more: More = {}): Step => ({
  method: 'GET',
  path: `${path}${path.includes('?') ? '&' : '?'}watch=1&timeoutSeconds=10`,
  watch: { events, during },
  ...more,
});
