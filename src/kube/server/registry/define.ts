import type { KubeObject, Resource } from '../../types.ts';
import { fieldReaders } from '../selector/field-selector.ts';
import { NAME_AND_AGE } from '../table/column.ts';
import { subdomainProblem } from '../validation/names.ts';
import type { Hooks, ResourceSpec } from './resource-spec.ts';

type Optional = Partial<Omit<ResourceSpec, 'resource' | 'schema' | 'hooks'>>;

/** A spec with the defaults that most kinds share; `hooks` are typed for the kind. */
export function define<T extends KubeObject>(
  resource: Resource,
  schema: ResourceSpec['schema'],
  options: Optional & { readonly hooks?: Hooks<T> } = {},
): ResourceSpec {
  const { hooks = {}, ...rest } = options;
  return {
    resource,
    schema,
    singular: resource.kind.toLowerCase(),
    nameProblem: subdomainProblem,
    hasStatus: false,
    hasGeneration: false,
    createOnUpdate: false,
    unconditionalUpdate: true,
    returnsDeleted: false,
    custom: false,
    fields: fieldReaders(),
    indexed: ['metadata.name'],
    columns: NAME_AND_AGE,
    subresources: [],
    // A store holds one kind only, so its hooks never see another.
    hooks: hooks as unknown as Hooks,
    ...rest,
  };
}
