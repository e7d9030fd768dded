import type { KubeObject } from '../../types.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import { labelValueProblem, qualifiedNameProblem, subdomainProblem } from './names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

/** Checks metadata (k8s.io/apimachinery/pkg/api/validation: ValidateObjectMeta). */
export function validateMetadata(spec: ResourceSpec, object: KubeObject, errors: FieldErrors): void {
  const { name = '', generateName, labels, annotations, ownerReferences, finalizers } = object.metadata;
  if (name === '') {
    if (!generateName) errors.required('metadata.name', 'name or generateName is required');
  } else {
    const problem = spec.nameProblem(name);
    if (problem) errors.invalid('metadata.name', name, problem);
  }
  for (const key in labels) {
    const keyProblem = qualifiedNameProblem(key);
    if (keyProblem) errors.invalid('metadata.labels', key, keyProblem);
    const valueProblem = labelValueProblem(labels[key]!);
    if (valueProblem) errors.invalid('metadata.labels', labels[key], valueProblem);
  }
  let size = 0;
  for (const key in annotations) {
    const problem = qualifiedNameProblem(key.toLowerCase());
    if (problem) errors.invalid('metadata.annotations', key, problem);
    size += key.length + annotations[key]!.length;
  }
  if (size > ANNOTATIONS_LIMIT) errors.tooLong('metadata.annotations', ANNOTATIONS_LIMIT);
  ownerReferences?.forEach((owner) => {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[field]) errors.invalid(`metadata.ownerReferences.${field}`, '', 'must not be empty');
    }
  });
  const controllers = ownerReferences?.filter((owner) => owner.controller) ?? [];
  if (controllers.length > 1) {
    errors.invalid(
      'metadata.ownerReferences',
      ownerReferences,
      'Only one reference can have Controller set to true',
    );
  }
  for (const finalizer of finalizers ?? []) {
    const problem = qualifiedNameProblem(finalizer);
    if (problem) errors.invalid('metadata.finalizers', finalizer, problem);
    else if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer) && subdomainProblem(finalizer)) {
      errors.invalid(
        'metadata.finalizers',
        finalizer,
        'name is neither a standard finalizer name nor is it fully qualified',
      );
    }
  }
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** New finalizers are refused on an object that is being deleted. */
export function validateFinalizersOfDeleted(object: KubeObject, live: KubeObject, errors: FieldErrors): void {
  if (!live.metadata.deletionTimestamp) return;
  const before = new Set(live.metadata.finalizers);
  const added = (object.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
  if (added.length === 0) return;
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  errors.forbidden('metadata.finalizers', detail);
}
