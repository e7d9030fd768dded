import type { KubeObject, ObjectMeta } from '../../types.ts';
import { trackUpdate } from '../patch/managed-fields.ts';
import { type Served, storageKey } from '../registry/registry.ts';
import type { Draft, MutableMeta, ResourceSpec } from '../registry/resource-spec.ts';
import { badRequest, conflict, notFound, OPTIMISTIC_LOCK } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import { Entry } from '../storage/entry.ts';
import { validateFinalizersOfDeleted, validateMetadata } from '../validation/metadata.ts';
import { createObject } from './create.ts';
import { decode } from './decode.ts';
import { type Api, timestamp, type WriteOptions } from './options.ts';
import { isEmpty, jsonEqual, thaw } from './thaw.ts';

/** PUT: replaces an object or its status. */
export function update(
  api: Api,
  served: Served,
  namespace: string | undefined,
  name: string,
  body: unknown,
  options: WriteOptions = {},
): { entry: Entry; created: boolean } {
  const { spec } = served;
  const object = decode(spec, body, options);
  const { metadata } = object;
  if (metadata.name && metadata.name !== name) throw nameMismatch(metadata.name, name);
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    );
  }
  const live = liveEntry(served, namespace, name);
  if (!live) {
    if (!spec.createOnUpdate || options.subresource) throw notFound(spec.resource, name);
    const draft = { ...object, metadata: { ...metadata, name } };
    return { entry: createObject(api, served, namespace, draft, options), created: true };
  }
  if (!metadata.resourceVersion && !spec.unconditionalUpdate) {
    const errors = new FieldErrors();
    errors.invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    // Said by the store, which knows the resource and not the kind.
    errors.throwIfAny({ ...spec.resource, kind: spec.resource.plural }, name);
  }
  return { entry: writeUpdate(api, served, live, object, options), created: false };
}

/** The stored entry in the form of the kind that was asked for. */
export function liveEntry(
  { spec, store }: Served,
  namespace: string | undefined,
  name: string,
): Entry | undefined {
  const entry = store.get(storageKey(spec.resource, namespace, name));
  return entry && spec.view ? new Entry(entry.key, spec.view.read(entry.object), entry.revision) : entry;
}

/**
 * The common end of PUT, PATCH and apply: brings the wanted object together with the live one, validates and
 * stores it. `wanted` may share frozen parts with the live object. Throws 409 or 422.
 */
export function writeUpdate(
  api: Api,
  served: Served,
  live: Entry,
  wanted: KubeObject,
  options: WriteOptions,
): Entry {
  const { spec } = served;
  const { hooks, resource } = spec;
  const old = live.object;
  const name = old.metadata.name ?? '';
  checkPreconditions(spec, wanted, old);
  const now = timestamp(api.clock());
  const toStatus = options.subresource === 'status';

  const draft = (toStatus ? statusDraft(spec, wanted, old) : mainDraft(spec, wanted, old)) as Draft;
  if (toStatus) hooks.prepareStatus?.(draft, old);
  else {
    hooks.prepareUpdate?.(draft, old, now);
    hooks.defaults?.(draft, now);
    if (spec.hasGeneration && specChanged(draft, old))
      draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  const errors = new FieldErrors();
  if (draft.metadata.labels !== old.metadata.labels || !toStatus) validateMetadata(spec, draft, errors);
  validateFinalizersOfDeleted(draft, old, errors);
  hooks.validate?.(draft, errors);
  if (!toStatus) hooks.validateUpdate?.(draft, old, errors);
  errors.throwIfAny(resource, name);
  if (!toStatus) options.warnings?.push(...(hooks.warnings?.(draft) ?? []));

  const dryRun = options.dryRun ?? false;
  if (!toStatus) hooks.reserve?.(draft, old, { dryRun, now });
  if (jsonEqual(draft, old)) return live;
  trackUpdate(spec, draft, old, options, now);
  if (dryRun) return new Entry(live.key, draft, live.revision);
  return store(served, live, draft);
}

function store({ spec, store }: Served, live: Entry, draft: KubeObject): Entry {
  const object = spec.view ? spec.view.write(draft) : draft;
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = draft.metadata;
  const held = finalizers?.length || spec.hooks.holds?.(draft);
  if (deletionTimestamp && !deletionGracePeriodSeconds && !held) {
    const entry = store.remove(live.key, object);
    spec.hooks.removed?.(entry.object);
    return entry;
  }
  const entry = store.put(live.key, object);
  spec.hooks.stored?.(entry.object, live.object);
  return entry;
}

function checkPreconditions(spec: ResourceSpec, wanted: KubeObject, live: KubeObject): void {
  const name = live.metadata.name ?? '';
  const { uid, resourceVersion } = wanted.metadata;
  if (wanted.metadata.name !== undefined && wanted.metadata.name !== name)
    throw nameMismatch(wanted.metadata.name, name);
  if (uid && uid !== live.metadata.uid) throw conflict(spec.resource, name, uidText(uid, live));
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(spec.resource, name, OPTIMISTIC_LOCK);
  }
}

export function uidText(uid: string, live: KubeObject): string {
  return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`;
}

function nameMismatch(given: string, name: string) {
  return badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

/** The wanted object with what only the server may change taken from the live one. */
function mainDraft(spec: ResourceSpec, wanted: KubeObject, live: KubeObject): KubeObject {
  const draft = thaw(wanted) as Draft;
  draft.metadata = serverMetadata(draft.metadata, live);
  if (spec.hasStatus) {
    if (live.status === undefined) delete draft.status;
    else draft.status = live.status as Draft['status'];
  }
  return draft;
}

/** The live object with the wanted status; built-in kinds take labels, annotations and finalizers along. */
function statusDraft(spec: ResourceSpec, wanted: KubeObject, live: KubeObject): KubeObject {
  const { managedFields } = wanted.metadata;
  const metadata = spec.custom
    ? { ...live.metadata, ...(managedFields && { managedFields }) }
    : (serverMetadata(
        { ...wanted.metadata, ownerReferences: live.metadata.ownerReferences } as MutableMeta,
        live,
      ) as ObjectMeta);
  return { ...live, metadata, status: wanted.status };
}

function serverMetadata(wanted: MutableMeta, { metadata: live }: KubeObject): MutableMeta {
  const metadata = { ...wanted } as Record<string, unknown>;
  for (const field of SERVER_FIELDS) {
    if (live[field] === undefined) delete metadata[field];
    else metadata[field] = live[field];
  }
  for (const field of OPTIONAL_FIELDS)
    if (isEmpty(metadata[field] as object | undefined)) delete metadata[field];
  return metadata as MutableMeta;
}

const SERVER_FIELDS = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;
const OPTIONAL_FIELDS = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields'];

function specChanged(draft: KubeObject, live: KubeObject): boolean {
  for (const key of new Set([...Object.keys(draft), ...Object.keys(live)])) {
    if (key === 'metadata' || key === 'status') continue;
    if (!jsonEqual(draft[key], live[key])) return true;
  }
  return false;
}
