import type { KubeObject, Resource } from '../../types.ts';
import { define } from '../registry/define.ts';
import type { ResourceSpec, View } from '../registry/resource-spec.ts';
import { thaw } from '../rest/thaw.ts';
import { fieldReaders } from '../selector/field-selector.ts';
import { FieldErrors } from '../status/field-errors.ts';
import { compileCustomResource, type Problems } from './compile-schema.ts';
import type { Crd, CrdVersion } from './crd.ts';
import { applyDefaults } from './defaults.ts';
import { printerColumns } from './printer-columns.ts';
import { validateTransition, validateValue } from './validate-value.ts';

export function resourceOf({ spec }: Crd, version: CrdVersion): Resource {
  const { group, names, scope } = spec;
  return {
    group,
    version: version.name,
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
  };
}

/**
 * How the served versions of a custom resource are served, the storage version first. Versions differ in
 * apiVersion and schema only: conversion by webhook is refused when the CRD is made.
 */
export function customResourceSpecs(crd: Crd): readonly ResourceSpec[] {
  const storage = crd.spec.versions.find((version) => version.storage)!;
  const served = crd.spec.versions.filter((version) => version.served && version !== storage);
  const stored = specOf(crd, storage, undefined);
  const views = served.map((version) => specOf(crd, version, viewOf(crd, version, storage)));
  return [stored, ...views];
}

function viewOf(crd: Crd, version: CrdVersion, storage: CrdVersion): View {
  const { group } = crd.spec;
  const as = (object: KubeObject, { name }: CrdVersion): KubeObject => ({
    ...object,
    apiVersion: `${group}/${name}`,
  });
  return {
    storage: resourceOf(crd, storage),
    read: (stored) => as(stored, version),
    write: (object) => as(object, storage),
  };
}

function specOf(crd: Crd, version: CrdVersion, view: View | undefined): ResourceSpec {
  const { names } = crd.spec;
  const problems: Problems = { errors: new FieldErrors(), warnings: [] };
  const schema = compileCustomResource(version.schema?.openAPIV3Schema ?? {}, 'openAPIV3Schema', problems);
  return define(resourceOf(crd, version), schema, {
    singular: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames && { shortNames: names.shortNames }),
    ...(names.categories && { categories: names.categories }),
    custom: true,
    hasStatus: version.subresources?.status !== undefined,
    hasGeneration: true,
    unconditionalUpdate: false,
    fields: fieldReaders(
      ...(version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
    ),
    columns: printerColumns(version.additionalPrinterColumns),
    hooks: {
      defaults(draft) {
        applyDefaults(draft, schema);
      },
      prepareStatus(draft) {
        if (draft.status === undefined) return;
        draft.status = thaw(draft.status);
        applyDefaults({ status: draft.status }, schema);
      },
      validate: (object, errors) => validateValue(object, schema, '', errors),
      validateUpdate: (object, live, errors) => validateTransition(object, live, schema, '', errors),
    },
    ...(view && { view }),
  });
}
