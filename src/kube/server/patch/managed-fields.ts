import { apiVersionOf } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import type { WriteOptions } from '../rest/options.ts';
import { changedFields, difference, type FieldSet, removedFields, union } from './field-set.ts';

/** One manager's entry in `metadata.managedFields`. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

/** Who holds the fields of an object from before its first apply, as Kubernetes names it. */
export const BEFORE_FIRST_APPLY = 'before-first-apply';

/** Never owned: identity, and what the server writes (k8s.io/apimachinery/.../managedfields: stripMeta). */
const STRIPPED: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': Object.fromEntries(
    [
      'creationTimestamp',
      'deletionGracePeriodSeconds',
      'deletionTimestamp',
      'generateName',
      'generation',
      'managedFields',
      'name',
      'namespace',
      'resourceVersion',
      'selfLink',
      'uid',
    ].map((field) => [`f:${field}`, {}]),
  ),
};

export function withoutStripped(set: FieldSet | undefined): FieldSet | undefined {
  if (!set) return undefined;
  const { 'f:apiVersion': _a, 'f:kind': _k, 'f:metadata': metadata, ...rest } = set;
  if (!metadata) return Object.keys(rest).length > 0 ? rest : undefined;
  const kept = Object.entries(metadata).filter(
    ([element]) => element !== '.' && !(element in STRIPPED['f:metadata']!),
  );
  const result = kept.length > 0 ? { 'f:metadata': Object.fromEntries(kept), ...rest } : rest;
  return Object.keys(result).length > 0 ? result : undefined;
}

export function managersOf(object: KubeObject): readonly Manager[] {
  return (object.metadata.managedFields ?? []) as readonly Manager[];
}

/**
 * Notes what an update changed. As in Kubernetes' own option of that kind, ownership is tracked from the first
 * apply on: objects that nobody ever applied carry no managedFields.
 */
export function trackUpdate(
  spec: ResourceSpec,
  draft: Draft,
  live: KubeObject,
  options: WriteOptions,
  now: string,
): void {
  if (!live.metadata.managedFields || options.fieldManager === undefined) return;
  const given = managersOf(draft as KubeObject);
  if (given !== live.metadata.managedFields && given.length === 0) return; // the client asked to forget them
  const changed = withoutStripped(changedFields(live, draft, spec.schema));
  const removed = removedFields(live, draft, spec.schema);
  const gone = union(changed, removed);
  if (!gone) return;
  const me = {
    manager: options.fieldManager,
    operation: 'Update',
    subresource: options.subresource,
  } as const;
  const others = managersOf(live).map((entry) =>
    isSame(entry, me)
      ? withFields(entry, difference(entry.fieldsV1, removed))
      : withFields(entry, difference(entry.fieldsV1, gone)),
  );
  const mine = others.find((entry) => entry && isSame(entry, me));
  const fields = union(mine?.fieldsV1, changed);
  const rest = others.filter((entry) => entry && entry !== mine) as Manager[];
  setManagers(draft, fields ? [...rest, newManager(spec, me, fields, now)] : rest);
}

export function isSame(
  entry: Manager,
  other: Pick<Manager, 'manager' | 'operation'> & { subresource?: string | undefined },
) {
  return (
    entry.manager === other.manager &&
    entry.operation === other.operation &&
    entry.subresource === other.subresource
  );
}

export function withFields(entry: Manager, fields: FieldSet | undefined): Manager | undefined {
  return fields && { ...entry, fieldsV1: fields };
}

export function newManager(
  spec: ResourceSpec,
  who: Pick<Manager, 'manager' | 'operation'> & { subresource?: string | undefined },
  fieldsV1: FieldSet,
  time: string,
): Manager {
  return {
    manager: who.manager,
    operation: who.operation,
    apiVersion: apiVersionOf(spec.resource),
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(who.subresource !== undefined && { subresource: who.subresource }),
  };
}

export function setManagers(draft: Draft, managers: readonly Manager[]): void {
  if (managers.length > 0) draft.metadata.managedFields = [...managers];
  else delete draft.metadata.managedFields;
}
