import type { KubeObject } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import type { ListResult } from '../rest/list.ts';
import type { Entry } from '../storage/entry.ts';

/** One form in which a client wants objects: as they are, as a Table, as metadata only. */
export interface Representation {
  /** Tells representations apart among watchers of the same kind. */
  readonly key: string;
  readonly object: (served: Served, entry: Entry) => Buffer;
  readonly list: (served: Served, result: ListResult) => Buffer;
  /** What a watch sends as `object`. */
  readonly event: (served: Served, entry: Entry) => Buffer;
  readonly bookmark: (served: Served, revision: number, initialEnd: boolean) => KubeObject;
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export function bookmarkMetadata(revision: number, initialEnd: boolean): KubeObject['metadata'] {
  return {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(initialEnd && { annotations: { [INITIAL_EVENTS_END]: 'true' } }),
  };
}

export function listMetadata({ revision, continue: token, remaining }: ListResult) {
  return {
    resourceVersion: String(revision),
    ...(token !== undefined && { continue: token }),
    ...(remaining !== undefined && { remainingItemCount: remaining }),
  };
}
