import { apiVersionOf } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import type { ListResult } from '../rest/list.ts';
import type { Entry } from '../storage/entry.ts';
import { bookmarkMetadata, listMetadata, type Representation } from './representation.ts';

/** Objects as they are. The bytes of a stored version are made once and shared by answers and watches. */
export const JSON_OBJECTS: Representation = {
  key: 'json',
  object: bytesOf,
  event: bytesOf,
  list: ({ spec, ...served }, result) => encodeList({ spec, ...served }, result),
  bookmark: ({ spec }, revision, initialEnd) => ({
    kind: spec.resource.kind,
    apiVersion: apiVersionOf(spec.resource),
    metadata: bookmarkMetadata(revision, initialEnd),
  }),
};

const views = new WeakMap<KubeObject, Map<string, Buffer>>();

function bytesOf({ spec }: Served, entry: Entry): Buffer {
  if (!spec.view) return entry.json;
  // The entry may hold the stored form or, for the answer to a write, the view's own already.
  const apiVersion = apiVersionOf(spec.resource);
  const byVersion = views.get(entry.object) ?? new Map<string, Buffer>();
  let bytes = byVersion.get(apiVersion);
  if (!bytes) {
    const object = entry.object.apiVersion === apiVersion ? entry.object : spec.view.read(entry.object);
    bytes = Buffer.from(JSON.stringify(object));
    byVersion.set(apiVersion, bytes);
    views.set(entry.object, byVersion);
  }
  return bytes;
}

const COMMA = Buffer.from(',');
const OPEN = Buffer.from('{');
const END = Buffer.from(']}');

/** Items of built-in kinds come without kind and apiVersion, as they do from kube-apiserver. */
function encodeList(served: Served, result: ListResult): Buffer {
  const { resource, custom } = served.spec;
  const apiVersion = apiVersionOf(resource);
  const head = { kind: `${resource.kind}List`, apiVersion, metadata: listMetadata(result) };
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  const skipped = custom ? 0 : Buffer.byteLength(typePrefix(resource.kind, apiVersion));
  result.entries.forEach((entry, i) => {
    if (i > 0) parts.push(COMMA);
    const bytes = bytesOf(served, entry);
    if (custom) parts.push(bytes);
    else parts.push(OPEN, bytes.subarray(skipped));
  });
  parts.push(END);
  return Buffer.concat(parts);
}

/** Stored objects begin with their type: decoding puts it there. */
const typePrefix = (kind: string, apiVersion: string): string =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
