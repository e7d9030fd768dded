import type { KubeObject } from '../../types.ts';
import type { Change } from '../storage/change.ts';
import { Entry } from '../storage/entry.ts';

/** Encoded events of one change, by representation: watchers of the same one share the bytes. */
export type Frames = Map<string, Buffer>;

/** What a watcher is told. */
export interface Notice {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly entry: Entry;
}

export interface Filter {
  /** Undefined matches everything. */
  readonly matches: ((object: KubeObject) => boolean) | undefined;
  /** Of the key: `namespace/`, or ''. */
  readonly prefix: string;
}

/**
 * What a change means to a watcher: an object that starts to match is added, one that stops is deleted, as its
 * last matching state with the version of the change.
 */
export function noticeFor(change: Change, { matches, prefix }: Filter): Notice | undefined {
  const { entry, previous, type } = change;
  if (!entry.key.startsWith(prefix)) return undefined;
  if (!matches) return change;
  const before = previous !== undefined && matches(previous.object);
  if (type === 'DELETED') return before ? change : undefined;
  const after = matches(entry.object);
  if (after === before && type === 'MODIFIED') return after ? change : undefined;
  if (after) return { type: 'ADDED', entry };
  return before ? { type: 'DELETED', entry: departed(change) } : undefined;
}

function departed({ previous, revision }: Change): Entry {
  const { object, key } = previous!;
  return new Entry(
    key,
    { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } },
    revision,
  );
}
