import { KubeError } from '../../kube-error.ts';
import type { KubeObject } from '../../types.ts';
import { applyTo } from '../patch/apply.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMerge } from '../patch/strategic-merge.ts';
import type { Served } from '../registry/registry.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import { badRequest, failure, notFound, unsupportedMediaType } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import type { Entry } from '../storage/entry.ts';
import { createObject } from './create.ts';
import { decode, decodeApplyResult } from './decode.ts';
import { type Api, timestamp, type WriteOptions } from './options.ts';
import { liveEntry, writeUpdate } from './update.ts';

export type PatchType = 'merge' | 'json' | 'strategic' | 'apply';

export const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

export interface PatchRequest extends WriteOptions {
  readonly type: PatchType;
  readonly body: unknown;
  readonly force?: boolean;
}

/** PATCH: changes an object or its status; an apply of a name that is not there creates it. */
export function patch(
  api: Api,
  served: Served,
  namespace: string | undefined,
  name: string,
  request: PatchRequest,
): { entry: Entry; created: boolean } {
  const { spec } = served;
  const live = liveEntry(served, namespace, name);
  if (request.type === 'apply') return applyPatch(api, served, namespace, name, live, request);
  if (!live) throw notFound(spec.resource, name);
  const wanted = patched(spec, live.object, request);
  const object = decodePatched(spec, wanted, request);
  return { entry: writeUpdate(api, served, live, object, request), created: false };
}

/** A patch that makes a field something else than its type is refused as a whole. Throws 400 or 422. */
function decodePatched(spec: ResourceSpec, wanted: unknown, request: PatchRequest): KubeObject {
  try {
    return decode(spec, wanted, request);
  } catch (error) {
    if (!(error instanceof KubeError) || !error.message.includes('cannot unmarshal')) throw error;
    const errors = new FieldErrors();
    errors.invalid('patch', JSON.stringify(wanted), error.message);
    return errors.throwIfAny({ ...spec.resource, group: '', kind: '' }, '') as never;
  }
}

function patched(spec: ResourceSpec, live: KubeObject, { type, body }: PatchRequest): unknown {
  if (type === 'json') return jsonPatch(live, body);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('error decoding patch: a merge patch is a JSON object');
  }
  if (type === 'merge') return mergePatch(live, body);
  if (spec.custom) {
    throw unsupportedMediaType([...PATCH_TYPES.keys()].filter((media) => !media.includes('strategic')));
  }
  return strategicMerge(live, body, spec.schema);
}

/** An applied object has to say what it is, and may not hold what nobody could own. Throws 400 or 500. */
function decodeApplied(spec: ResourceSpec, request: PatchRequest): KubeObject {
  const { apiVersion = '', kind = '', metadata } = (request.body ?? {}) as Partial<KubeObject>;
  const { group, version } = spec.resource;
  const type = apiVersion.includes('/') || apiVersion === '' ? apiVersion || '/' : `/${apiVersion}`;
  if (apiVersion === '' || kind === '') throw badRequest(`invalid object type: ${type}, Kind=${kind}`);
  const warnings: string[] = [];
  const applied = decode(spec, request.body, { ...request, warnings });
  const unknown = /^unknown field "(.*)"$/.exec(warnings[0] ?? '');
  if (unknown) {
    const what = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${group}/${version}, Kind=${kind}`;
    const why = `.${unknown[1]}: field not declared in schema`;
    throw failure(500, '', `failed to create typed patch object (${what}): ${why}`);
  }
  return applied;
}

function applyPatch(
  api: Api,
  served: Served,
  namespace: string | undefined,
  name: string,
  live: Entry | undefined,
  request: PatchRequest,
): { entry: Entry; created: boolean } {
  const { spec } = served;
  if (!request.fieldManager) {
    const field = 'fieldManager: Required value: is required for apply patch';
    throw failure(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${field}`, {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: is required for apply patch',
          field: 'fieldManager',
        },
      ],
    });
  }
  const applied = decodeApplied(spec, request);
  const metadata = { ...applied.metadata, name: applied.metadata.name ?? name };
  const options = {
    fieldManager: request.fieldManager,
    force: request.force ?? false,
    now: timestamp(api.clock()),
    ...(request.subresource && { subresource: request.subresource }),
  };
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (!live) {
    if (request.subresource) throw notFound(spec.resource, name);
    const empty: KubeObject = { kind: applied.kind, apiVersion: applied.apiVersion, metadata: {} };
    const draft = applyTo(spec, empty, { ...applied, metadata }, options);
    return { entry: createObject(api, served, namespace, draft, request), created: true };
  }
  const result = applyTo(spec, live.object, { ...applied, metadata }, options);
  const wanted = decodeApplyResult(spec, result);
  // Ownership is settled above; without a manager the write does not account for it a second time.
  const { fieldManager: _, ...write } = request;
  return { entry: writeUpdate(api, served, live, wanted, write), created: false };
}
