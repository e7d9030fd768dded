/** The shape of a type: what decoding, pruning, patches, defaults and the published OpenAPI all work from. */

export type SchemaType =
  | 'object'
  | 'map'
  | 'list'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'time'
  | 'quantity'
  | 'intOrString'
  | 'any';

/** How the items of a list are told apart. Without a rule a list is replaced as a whole. */
export type ListRule =
  | {
      readonly kind: 'map';
      /** Server-side apply's keys (`x-kubernetes-list-map-keys`). */
      readonly keys: readonly string[];
      /** The strategic merge patch's key, where there is one (`x-kubernetes-patch-merge-key`). */
      readonly mergeKey?: string;
    }
  | { readonly kind: 'set'; readonly strategic: boolean }
  /** Owned as a whole by server-side apply, merged by strategic merge patches. */
  | { readonly kind: 'atomic'; readonly mergeKey: string };

/** Value checks of a CRD's structural schema. Patterns are compiled once. */
export interface Checks {
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  /** `self == oldSelf`, with its message. */
  readonly immutable?: string;
}

export interface Schema {
  readonly type: SchemaType;
  /** The model's name for built-in types, for references and messages. */
  readonly name?: string;
  /** Fields of an object. A map that is filled while types are compiled, since types refer to themselves. */
  readonly fields?: ReadonlyMap<string, Schema>;
  readonly required?: readonly string[];
  /** Items of a list, values of a map. */
  readonly items?: Schema;
  readonly list?: ListRule;
  /** An object or map that server-side apply owns as a whole. */
  readonly atomic?: boolean;
  readonly preserveUnknown?: boolean;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly checks?: Checks;
}

export const ANY: Schema = { type: 'any' };
