import type { Served } from '../registry/registry.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import { fieldSelector } from '../selector/field-selector.ts';
import { labelSelector } from '../selector/label-selector.ts';
import { badRequest, expired, failure, tooLargeVersion } from '../status/errors.ts';
import type { Entry } from '../storage/entry.ts';
import { entriesAt } from '../storage/snapshot.ts';
import type { Store } from '../storage/store.ts';

export interface ListRequest {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface ListResult {
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly continue?: string;
  readonly remaining?: number;
}

interface Token {
  readonly rv: number;
  readonly start: string;
}

/** Lists the objects that match, a page of them with a limit. Throws 400, 410 or 504. */
export function list({ spec, store }: Served, request: ListRequest): ListResult {
  const labels = labelSelector(request.labelSelector);
  const fields = fieldSelector(request.fieldSelector, spec.fields);
  const token = request.continue ? decodeToken(request.continue) : undefined;
  const { revision, past } = revisionOf(request, token, store.revision);
  if (past && revision < store.log.forgotten)
    throw token ? expiredToken() : tooOld(revision, store.log.forgotten);

  const prefix = spec.resource.namespaced && request.namespace ? `${request.namespace}/` : '';
  const toRead = spec.view?.read;
  const matches = ({ key, object }: Entry) => {
    if (!key.startsWith(prefix)) return false;
    if (!labels && !fields) return true;
    const seen = toRead ? toRead(object) : object;
    return (!labels || labels(seen)) && (!fields || fields.matches(seen));
  };
  const candidates = past
    ? entriesAt(store, revision, token?.start)
    : present(spec, store, prefix, fields?.required.bind(fields));
  const found = candidates.filter(matches);
  const { limit } = request;
  if (!limit || found.length <= limit) return { entries: found, revision };
  const entries = found.slice(0, limit);
  const page = { entries, revision, continue: encodeToken({ rv: revision, start: entries.at(-1)!.key }) };
  return labels || fields ? page : { ...page, remaining: found.length - limit };
}

/** Which state is asked for, and whether it has to be one of the past. */
function revisionOf(request: ListRequest, token: Token | undefined, current: number) {
  if (token) {
    if (request.resourceVersion && request.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return { revision: token.rv, past: true };
  }
  const asked = parseVersion(request.resourceVersion);
  if (asked > current) throw tooLargeVersion(asked, current);
  const exact = request.resourceVersionMatch === 'Exact' || (request.limit && !request.resourceVersionMatch);
  return exact && asked > 0 ? { revision: asked, past: true } : { revision: current, past: false };
}

/** Throws 400 for what is no version. Absent is 0. */
export function parseVersion(text: string | undefined): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text)) {
    const message = `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw failure(400, 'BadRequest', message);
  }
  return Number(text);
}

function present(
  spec: ResourceSpec,
  store: Store,
  prefix: string,
  required?: (field: string) => string | undefined,
): Entry[] {
  const name = required?.('metadata.name');
  if (name !== undefined && (prefix !== '' || !spec.resource.namespaced)) {
    const entry = store.get(prefix + name);
    return entry ? [entry] : [];
  }
  for (const field of spec.indexed) {
    const value = required?.(field);
    const keys = value === undefined ? undefined : store.keysBy(field, value);
    if (keys) return [...keys].sort().map((key) => store.get(key)!);
  }
  return store.keys().map((key) => store.get(key)!);
}

function encodeToken(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');
}

function decodeToken(text: string): Token {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start };
  } catch {
    // Reported below, as what is JSON but no token.
  }
  throw badRequest('continue key is not valid: encoded token is not understood');
}

const tooOld = (asked: number, oldest: number) => expired(`too old resource version: ${asked} (${oldest})`);

const expiredToken = () =>
  expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );
