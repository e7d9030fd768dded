import type { KubeObject, Status } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import { conflict, notFound } from '../status/errors.ts';
import { Entry } from '../storage/entry.ts';
import { type Api, type DeleteOptions, timestamp } from './options.ts';
import { liveEntry } from './update.ts';

/** What came of a deletion: the object is gone, or is there until its grace or its finalizers end. */
export interface Deletion {
  readonly entry: Entry;
  readonly gone: boolean;
}

/** DELETE of one object (k8s.io/apiserver/pkg/registry/rest: BeforeDelete). Throws 404 or 409. */
export function remove(
  api: Api,
  served: Served,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions = {},
): Deletion {
  const live = liveEntry(served, namespace, name);
  if (!live) throw notFound(served.spec.resource, name);
  return removeEntry(api, served, live, options);
}

export function removeEntry(api: Api, served: Served, live: Entry, options: DeleteOptions): Deletion {
  const { spec, store } = served;
  checkPreconditions(spec, live.object, options);
  const draft = { ...live.object, metadata: { ...live.object.metadata } } as Draft;
  const grace = gracePeriod(spec, live.object, options);
  addPolicyFinalizer(draft, options);
  const waits = grace > 0 || !!draft.metadata.finalizers?.length || spec.hooks.holds?.(draft);
  if (!waits) {
    if (grace === 0 && spec.hooks.gracePeriod) markDeleted(draft, 0, api.clock());
    if (options.dryRun) return { entry: live, gone: true };
    const entry = store.remove(live.key, spec.view ? spec.view.write(draft) : draft);
    spec.hooks.removed?.(entry.object);
    return { entry, gone: true };
  }
  const marked = shortens(live.object, grace);
  if (marked) {
    markDeleted(draft, grace, api.clock());
    spec.hooks.deleting?.(draft);
  }
  const finalizersChanged = draft.metadata.finalizers?.length !== live.object.metadata.finalizers?.length;
  if (!marked && !finalizersChanged) return { entry: live, gone: false };
  if (options.dryRun) return { entry: new Entry(live.key, draft, live.revision), gone: false };
  const entry = store.put(live.key, spec.view ? spec.view.write(draft) : draft);
  spec.hooks.stored?.(entry.object, live.object);
  return { entry, gone: false };
}

/** The body of the answer to a DELETE. */
export function deletionAnswer({ spec }: Served, { entry, gone }: Deletion): KubeObject | Status {
  if (!gone || spec.returnsDeleted) return spec.view ? spec.view.read(entry.object) : entry.object;
  const { name = '', uid = '' } = entry.object.metadata;
  const { group, plural } = spec.resource;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group !== '' && { group }), kind: plural, uid },
  };
}

function checkPreconditions(spec: ResourceSpec, live: KubeObject, { preconditions }: DeleteOptions): void {
  const { name = '', uid, resourceVersion } = live.metadata;
  if (preconditions?.uid && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict({ ...spec.resource, plural: spec.resource.kind }, name, why);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
    throw conflict(spec.resource, name, why);
  }
}

/** Seconds the object stays; one that is being deleted already keeps the shorter of both. */
function gracePeriod(spec: ResourceSpec, live: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  const asked = spec.hooks.gracePeriod?.(live, gracePeriodSeconds) ?? 0;
  const { deletionTimestamp, deletionGracePeriodSeconds } = live.metadata;
  if (!deletionTimestamp) return asked;
  const current = deletionGracePeriodSeconds ?? 0;
  return gracePeriodSeconds === undefined ? current : Math.min(asked, current);
}

function shortens({ metadata }: KubeObject, grace: number): boolean {
  return !metadata.deletionTimestamp || grace < (metadata.deletionGracePeriodSeconds ?? 0);
}

function markDeleted(draft: Draft, grace: number, now: number): void {
  const { metadata } = draft;
  const asked = metadata.deletionTimestamp
    ? Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
    : now;
  if (!metadata.deletionTimestamp && metadata.generation) metadata.generation++;
  metadata.deletionTimestamp = timestamp(asked + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
}

/** Foreground and Orphan are finalizers that the garbage collector works off. */
function addPolicyFinalizer({ metadata }: Draft, { propagationPolicy }: DeleteOptions): void {
  const wanted =
    propagationPolicy === 'Foreground'
      ? 'foregroundDeletion'
      : propagationPolicy === 'Orphan'
        ? 'orphan'
        : undefined;
  const others = (metadata.finalizers ?? []).filter(
    (name) => name !== 'foregroundDeletion' && name !== 'orphan',
  );
  if (propagationPolicy === undefined || (wanted && metadata.finalizers?.includes(wanted))) return;
  const finalizers = wanted ? [...others, wanted] : others;
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}
