import { randomInt, randomUUID } from 'node:crypto';
import type { KubeObject, Namespace } from '../../index.ts';
import type { KubeError } from '../../kube-error.ts';
import { NAMESPACES } from '../../resources.ts';
import { type Served, storageKey } from '../registry/registry.ts';
import type { Draft, MutableMeta, ResourceSpec } from '../registry/resource-spec.ts';
import { alreadyExists, badRequest, failure, forbidden, notFound } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import { Entry } from '../storage/entry.ts';
import { validateMetadata } from '../validation/metadata.ts';
import { decode } from './decode.ts';
import { type Api, timestamp, type WriteOptions } from './options.ts';
import { isEmpty } from './thaw.ts';

/** Without the letters that could make words, as apimachinery's rand.String has it. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const GENERATE_ATTEMPTS = 8;
/** Longest base that leaves room for the suffix within 63. */
const GENERATE_BASE = 58;

/** Creates an object from a request's body. */
export function create(
  api: Api,
  served: Served,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions = {},
): Entry {
  return createObject(api, served, namespace, decode(served.spec, body, options), options);
}

/** Creates an object that is decoded already. Throws 403, 404, 409 or 422. */
export function createObject(
  api: Api,
  { spec, store }: Served,
  namespace: string | undefined,
  decoded: KubeObject,
  options: WriteOptions,
): Entry {
  const now = timestamp(api.clock());
  const draft = decoded as Draft;
  draft.metadata = initialMetadata(spec, namespace, draft.metadata, now);
  if (spec.hasStatus && !spec.hooks.keepsStatusAtCreation) delete draft.status;
  spec.hooks.prepareCreate?.(draft, now);
  spec.hooks.defaults?.(draft, now);
  if (namespace !== undefined) requireNamespace(api, spec, namespace, draft);

  const { name: asked, generateName } = draft.metadata;
  if (!asked && generateName) draft.metadata.name = generate(generateName);
  const errors = new FieldErrors();
  validateMetadata(spec, draft, errors);
  spec.hooks.validate?.(draft, errors);
  errors.throwIfAny(spec.resource, draft.metadata.name ?? '');
  options.warnings?.push(...(spec.hooks.warnings?.(draft) ?? []));

  let key = storageKey(spec.resource, namespace, draft.metadata.name!);
  for (let attempt = 1; store.get(key); attempt++) {
    if (asked || attempt === GENERATE_ATTEMPTS) throw alreadyThere(spec, draft.metadata.name!, !asked);
    draft.metadata.name = generate(generateName!);
    key = storageKey(spec.resource, namespace, draft.metadata.name);
  }
  const dryRun = options.dryRun ?? false;
  spec.hooks.reserve?.(draft, undefined, { dryRun, now });
  if (dryRun) return new Entry(key, draft, 0);
  const entry = store.put(key, spec.view ? spec.view.write(draft) : draft);
  spec.hooks.stored?.(entry.object, undefined);
  return entry;
}

function initialMetadata(
  spec: ResourceSpec,
  namespace: string | undefined,
  given: MutableMeta,
  now: string,
): MutableMeta {
  if (given.resourceVersion) {
    throw failure(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (given.namespace && given.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { name, generateName, labels, annotations, ownerReferences, finalizers } = given;
  return {
    ...(name && { name }),
    ...(generateName && { generateName }),
    ...(namespace !== undefined && { namespace }),
    uid: randomUUID(),
    ...(spec.hasGeneration && { generation: 1 }),
    creationTimestamp: now,
    ...(!isEmpty(labels) && { labels }),
    ...(!isEmpty(annotations) && { annotations }),
    ...(!isEmpty(ownerReferences) && { ownerReferences }),
    ...(!isEmpty(finalizers) && { finalizers }),
    ...(given.managedFields && { managedFields: given.managedFields }),
  };
}

function requireNamespace(api: Api, spec: ResourceSpec, namespace: string, object: KubeObject): void {
  const found = api.registry.of(NAMESPACES).store.get(namespace)?.object as Namespace | undefined;
  if (!found) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp) {
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const { body, message } = forbidden(spec.resource, object.metadata.name ?? '', why);
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    };
    throw failure(403, 'Forbidden', message, { ...body?.details, causes: [cause] });
  }
}

function generate(base: string): string {
  let name = base.slice(0, GENERATE_BASE);
  for (let i = 0; i < 5; i++) name += SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)];
  return name;
}

function alreadyThere(spec: ResourceSpec, name: string, generated: boolean): KubeError {
  const error = alreadyExists(spec.resource, name);
  if (!generated) return error;
  const message = `${error.message}, the server was not able to generate a unique name for the object`;
  return failure(409, 'AlreadyExists', message, error.body?.details);
}
