import type { KubeObject, ObjectMeta, Resource } from '../../types.ts';
import type { Schema } from '../schema/schema.ts';
import type { FieldReaders } from '../selector/field-selector.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import type { Columns } from '../table/column.ts';

/** An object that is being made: owned by the request, mutable, not yet stored. */
export type Draft<T = KubeObject> = DeepMutable<T>;
export type DeepMutable<T> = T extends object ? { -readonly [K in keyof T]: DeepMutable<T[K]> } : T;

/** What a hook that reserves something needs to know. */
export interface Admission {
  readonly dryRun: boolean;
  /** RFC 3339, whole seconds. */
  readonly now: string;
}

/**
 * What is special about a kind. Hooks run in this order; those that throw do so with a Status. Every hook but
 * `reserve` and `removed` is pure but for the draft.
 */
export interface Hooks<T = KubeObject> {
  /** Fills in what the client left out; on create, and on updates of the main resource. */
  readonly defaults?: (draft: Draft<T>, now: string) => void;
  /** Takes out what a client may not set at creation; a reset of `status` is done already. */
  readonly prepareCreate?: (draft: Draft<T>, now: string) => void;
  readonly prepareUpdate?: (draft: Draft<T>, live: T, now: string) => void;
  readonly validate?: (object: T, errors: FieldErrors) => void;
  readonly validateUpdate?: (object: T, live: T, errors: FieldErrors) => void;
  /** Changes and refusals that depend on the live object, for writes to `/status`. */
  readonly prepareStatus?: (draft: Draft<T>, live: T) => void;
  /** The last step before a write: takes what the object needs (addresses, ports), or throws. */
  readonly reserve?: (draft: Draft<T>, live: T | undefined, admission: Admission) => void;
  /** After every write that was stored, before the answer. */
  readonly stored?: (object: T, live: T | undefined) => void;
  /** After the object has gone: gives back what `reserve` took. */
  readonly removed?: (object: T) => void;
  /** What the client should know about an object that is accepted. */
  readonly warnings?: (object: T) => readonly string[];
  /** Creation keeps the status that came along. */
  readonly keepsStatusAtCreation?: boolean;
  /** True while something beside `metadata.finalizers` keeps a deleted object. */
  readonly holds?: (object: T) => boolean;
  /** Marks an object whose deletion has begun and has to wait. */
  readonly deleting?: (draft: Draft<T>) => void;
  /** Seconds of grace when a deletion is asked for; absent: the kind goes at once. */
  readonly gracePeriod?: (object: T, asked: number | undefined) => number;
}

/** A subresource beside `status`, as discovery shows it. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** A second group version of a kind that is stored in another form. */
export interface View {
  readonly storage: Resource;
  readonly read: (stored: KubeObject) => KubeObject;
  readonly write: (object: KubeObject) => KubeObject;
}

/** Everything the server knows about a kind, as data. */
export interface ResourceSpec {
  readonly resource: Resource;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly schema: Schema;
  /** Why a name is refused, or undefined. */
  readonly nameProblem: (name: string) => string | undefined;
  readonly hasStatus: boolean;
  /** True when `metadata.generation` counts changes outside metadata and status. */
  readonly hasGeneration: boolean;
  /** PUT of a name that is not there creates it. */
  readonly createOnUpdate: boolean;
  /** PUT without a resourceVersion overwrites. */
  readonly unconditionalUpdate: boolean;
  /** DELETE answers with the object and not with a Status. */
  readonly returnsDeleted: boolean;
  /** Defined by a CRD: list items keep kind and apiVersion, `/status` leaves metadata alone. */
  readonly custom: boolean;
  readonly fields: FieldReaders;
  /** Selectable fields with an index. */
  readonly indexed: readonly string[];
  readonly columns: Columns;
  readonly subresources: readonly Subresource[];
  readonly hooks: Hooks;
  readonly view?: View;
}

export type MutableMeta = Draft<ObjectMeta>;
