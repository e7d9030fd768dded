/** Server-side apply (sigs.k8s.io/structured-merge-diff: merge/update.go), over the schemas the server has. */
import type { KubeObject, Status } from '../../types.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import type { Schema } from '../schema/schema.ts';
import { badRequest, failure } from '../status/errors.ts';
import {
  changedFields,
  difference,
  type FieldSet,
  fieldsOf,
  intersection,
  paths,
  removedFields,
  union,
  withNamedFields,
} from './field-set.ts';
import {
  BEFORE_FIRST_APPLY,
  isSame,
  type Manager,
  managersOf,
  newManager,
  setManagers,
  withFields,
  withoutStripped,
} from './managed-fields.ts';
import { mergeApplied, withoutFields } from './merge-applied.ts';

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly subresource?: 'status';
  readonly now: string;
}

/** The object that results from applying a configuration, with its new managedFields. Throws 409. */
export function applyTo(
  spec: ResourceSpec,
  live: KubeObject,
  applied: KubeObject,
  options: ApplyOptions,
): KubeObject {
  if (managersOf(applied).length > 0) throw badRequest('metadata.managedFields must be nil');
  const config = inScope(spec, applied, options.subresource);
  const me = { manager: options.fieldManager, operation: 'Apply', subresource: options.subresource } as const;
  const known = managersBefore(spec, live, options.now);
  const others = known.filter((entry) => !isSame(entry, me));
  const last = known.find((entry) => isSame(entry, me));
  const wanted = withoutStripped(fieldsOf(config, spec.schema));

  const merged = mergeApplied(live, config, spec.schema);
  const owned = others.reduce((set, { fieldsV1 }) => union(set, fieldsV1), fieldsOf(config, spec.schema));
  const result = (last ? pruned(merged, last.fieldsV1, owned, spec.schema) : merged) as KubeObject;
  const changed = withoutStripped(changedFields(live, result, spec.schema));
  const conflicts = changed ? conflictsWith(others, changed) : [];
  if (conflicts.length > 0 && !options.force) throw applyConflict(conflicts);

  const lost = union(changed, removedFields(live, result, spec.schema));
  const kept = others
    .map((entry) => withFields(entry, difference(entry.fieldsV1, lost)))
    .filter((entry) => !!entry);
  const mine = wanted ? [timed(spec, last, me, wanted, options.now)] : [];
  const draft = { ...result, metadata: { ...result.metadata } } as Draft;
  setManagers(draft, [...kept, ...mine]);
  return draft;
}

/**
 * Takes out what the manager applied last time and nobody owns now. What others hold, and what never was the manager's,
 * is put back; so are the fields above, but what is left of them may be null.
 */
function pruned(
  merged: unknown,
  last: FieldSet,
  owned: FieldSet | undefined,
  schema: Schema | undefined,
): unknown {
  const named = (set: FieldSet | undefined) => set && withNamedFields(set, schema);
  const all = named(fieldsOf(merged, schema)) ?? {};
  const without = (set: FieldSet | undefined) => (set ? withoutFields(merged, set, schema) : merged);
  const left = without(named(last));
  const ownedLeft = without(difference(all, union(named(fieldsOf(left, schema)), named(owned))));
  const gone = difference(all, named(fieldsOf(ownedLeft, schema)));
  return without(gone && intersection(gone, withNamedFields(last, schema)));
}

/** An entry whose fields stay as they were keeps its time, so that applying again changes nothing. */
function timed(
  spec: ResourceSpec,
  last: Manager | undefined,
  me: Parameters<typeof newManager>[1],
  fields: FieldSet,
  now: string,
) {
  const same = last && !difference(fields, last.fieldsV1) && !difference(last.fieldsV1, fields);
  return newManager(spec, me, fields, same ? (last.time ?? now) : now);
}

/** `/status` applies the status only, the main resource everything but the status. */
function inScope(spec: ResourceSpec, applied: KubeObject, subresource: 'status' | undefined): KubeObject {
  const { apiVersion, kind, metadata, status, ...rest } = applied;
  if (subresource) return { apiVersion, kind, metadata: {}, status };
  if (spec.hasStatus || status === undefined) return { apiVersion, kind, metadata, ...rest };
  return applied;
}

function managersBefore(spec: ResourceSpec, live: KubeObject, now: string): readonly Manager[] {
  if (live.metadata.managedFields || !live.metadata.uid) return managersOf(live);
  const fields = withoutStripped(changedFields({}, live, spec.schema));
  return fields ? [newManager(spec, { manager: BEFORE_FIRST_APPLY, operation: 'Update' }, fields, now)] : [];
}

interface Conflict {
  readonly owner: Manager;
  readonly path: string;
}

function conflictsWith(others: readonly Manager[], changed: FieldSet): Conflict[] {
  return others.flatMap((owner) => {
    const shared = intersection(owner.fieldsV1, changed);
    return shared ? [...paths(shared)].map((path) => ({ owner, path })) : [];
  });
}

function printed({ manager, subresource, operation, apiVersion }: Manager): string {
  const who =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  if (operation === 'Apply') return who;
  return `${who} using ${apiVersion}`;
}

function applyConflict(conflicts: readonly Conflict[]) {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printed(owner)}`,
    field: path,
  }));
  const details: Status['details'] = { causes };
  if (conflicts.length === 1) {
    const message = `Apply failed with 1 conflict: conflict with ${printed(conflicts[0]!.owner)}: ${conflicts[0]!.path}`;
    return failure(409, 'Conflict', message, details);
  }
  const byOwner = Map.groupBy(conflicts, ({ owner }) => printed(owner));
  const texts = [...byOwner].flatMap(([owner, list]) => [
    `conflicts with ${owner}:`,
    ...list.map(({ path }) => `- ${path}`),
  ]);
  return failure(
    409,
    'Conflict',
    `Apply failed with ${conflicts.length} conflicts: ${texts.join('\n')}`,
    details,
  );
}
