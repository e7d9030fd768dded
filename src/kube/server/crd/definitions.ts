import { CRDS } from '../../resources.ts';
import type { Condition, Resource } from '../../types.ts';
import { define } from '../registry/define.ts';
import type { Registry } from '../registry/registry.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { FieldErrors } from '../status/field-errors.ts';
import { NAME } from '../table/column.ts';
import { dns1035Problem } from '../validation/names.ts';
import { compileCustomResource } from './compile-schema.ts';
import type { Crd } from './crd.ts';
import { customResourceSpecs, resourceOf } from './custom-resource.ts';

/** CustomResourceDefinitions: storing one serves its kinds, deleting it takes them away with their objects. */
export function crdSpec(registry: Registry): ResourceSpec {
  return define<Crd>(CRDS, builtinSchema('CustomResourceDefinition'), {
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    hasStatus: true,
    hasGeneration: true,
    columns: [
      NAME,
      { name: 'Created At', type: 'date', cell: (object) => object.metadata.creationTimestamp },
    ],
    hooks: {
      prepareCreate(draft, now) {
        // Names are accepted at once: there is no controller that would do it a moment later.
        draft.status = { ...acceptance(draft, now), storedVersions: [] };
      },
      defaults: defaultNames,
      validate: validateCrd,
      warnings: uncheckedParts,
      validateUpdate(crd, live, errors) {
        for (const field of ['group', 'scope'] as const) {
          if (crd.spec[field] !== live.spec[field])
            errors.invalid(`spec.${field}`, crd.spec[field], 'field is immutable');
        }
      },
      reserve(draft, _live, { now }) {
        const stored = new Set(draft.status?.storedVersions ?? []);
        for (const version of draft.spec.versions) if (version.storage) stored.add(version.name);
        draft.status = {
          conditions: draft.status?.conditions ?? [],
          ...(draft.status?.conditions?.length ? {} : acceptance(draft, now)),
          acceptedNames: draft.spec.names,
          storedVersions: [...stored],
        };
      },
      stored(crd, live) {
        if (live) withdraw(registry, live, crd);
        for (const spec of customResourceSpecs(crd)) registry.add(spec);
      },
      removed(crd) {
        for (const resource of resourcesOf(crd)) clear(registry, resource);
        withdraw(registry, crd, undefined);
      },
    },
  });
}

function acceptance(
  draft: Draft<Crd>,
  now: string,
): { conditions: Draft<Condition>[]; acceptedNames: Draft<Crd>['spec']['names'] } {
  const condition = (type: string, reason: string, message: string): Draft<Condition> => ({
    type,
    status: 'True',
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: draft.spec?.names,
  };
}

function defaultNames({ spec }: Draft<Crd>): void {
  if (!spec?.names?.kind) return;
  spec.names.singular ??= spec.names.kind.toLowerCase();
  spec.names.listKind ??= `${spec.names.kind}List`;
  spec.conversion ??= { strategy: 'None' };
}

function validateCrd({ metadata, spec }: Crd, errors: FieldErrors): void {
  if (!spec) {
    errors.required('spec');
    return;
  }
  const { group, names, scope, versions } = spec;
  if (!group) errors.required('spec.group');
  if (!names?.plural) errors.required('spec.names.plural');
  if (!names?.kind) errors.required('spec.names.kind');
  if (names?.plural && dns1035Problem(names.plural))
    errors.invalid('spec.names.plural', names.plural, dns1035Problem(names.plural)!);
  if (scope !== 'Namespaced' && scope !== 'Cluster')
    errors.notSupported('spec.scope', scope, ['Cluster', 'Namespaced']);
  if (metadata.name !== `${names?.plural}.${group}`) {
    errors.invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group');
  }
  if ((versions ?? []).filter((version) => version.storage).length !== 1) {
    errors.invalid('spec.versions', versions, 'must have exactly one version marked as storage version');
  }
  if (spec.conversion?.strategy === 'Webhook') {
    errors.notSupported('spec.conversion.strategy', 'Webhook', ['None']);
  }
  versions?.forEach((version, i) => {
    const path = `spec.versions[${i}].schema.openAPIV3Schema`;
    const source = version.schema?.openAPIV3Schema;
    if (!source) errors.required(path, 'schemas are required');
    else compileCustomResource(source, path, { errors, warnings: [] });
  });
}

/** What of a CRD's schemas this server does not check. */
function uncheckedParts(crd: Crd): string[] {
  const errors = new FieldErrors();
  const warnings: string[] = [];
  crd.spec?.versions?.forEach((version, i) => {
    const source = version.schema?.openAPIV3Schema;
    if (source)
      compileCustomResource(source, `spec.versions[${i}].schema.openAPIV3Schema`, { errors, warnings });
  });
  return warnings;
}

const resourcesOf = (crd: Crd): Resource[] => crd.spec.versions.map((version) => resourceOf(crd, version));

/** Stops serving what `after` no longer has. */
function withdraw(registry: Registry, before: Crd, after: Crd | undefined): void {
  const kept = new Set(
    after?.spec.versions.filter(({ served, storage }) => served || storage).map(({ name }) => name),
  );
  for (const resource of resourcesOf(before)) {
    if (kept.has(resource.version)) continue;
    registry.find(resource.group, resource.version, resource.plural)?.hub.close();
    registry.remove(resource);
  }
}

function clear(registry: Registry, { group, version, plural }: Resource): void {
  const store = registry.find(group, version, plural)?.store;
  if (store) for (const key of [...store.keys()]) store.remove(key);
}
