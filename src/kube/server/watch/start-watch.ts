import type { KubeError } from '../../kube-error.ts';
import type { KubeObject } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import { type ListRequest, parseVersion } from '../rest/list.ts';
import { type FieldSelector, fieldSelector } from '../selector/field-selector.ts';
import { labelSelector } from '../selector/label-selector.ts';
import { expired, failure } from '../status/errors.ts';
import type { Change } from '../storage/change.ts';
import type { Interest, Watcher } from './hub.ts';
import { type Filter, type Frames, type Notice, noticeFor } from './notice.ts';

export interface WatchRequest extends ListRequest {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean | undefined;
}

/** Receives what a watch finds. Called within the write that caused it: it may only encode and queue. */
export interface Sink {
  notice(notice: Notice, frames: Frames): void;
  /** `initialEnd`: every object that was there at the start has been sent. */
  bookmark(revision: number, initialEnd: boolean): void;
  /** No more will come; an error is the last thing the client is told. */
  end(error?: KubeError): void;
}

/**
 * Starts a watch: first the past it asks for, then changes as they are made. Returns how to stop it. Throws 400
 * and 422; a version that is too old ends the sink with 410, as the watch has begun by then.
 */
export function startWatch(served: Served, request: WatchRequest, sink: Sink): () => void {
  checkInitialEvents(request);
  const { store, hub } = served;
  const fields = fieldSelector(request.fieldSelector, served.spec.fields);
  const filter = filterOf(served, request, fields);
  const since = parseVersion(request.resourceVersion);
  const initial = request.sendInitialEvents ?? since === 0;
  const frames: Frames = new Map();

  if (initial) {
    for (const key of store.keys()) {
      const entry = store.get(key)!;
      if (!key.startsWith(filter.prefix) || (filter.matches && !filter.matches(entry.object))) continue;
      sink.notice({ type: 'ADDED', entry }, frames);
      frames.clear();
    }
    if (request.sendInitialEvents && request.allowWatchBookmarks) sink.bookmark(store.revision, true);
  } else if (since > 0) {
    if (since < store.log.forgotten) {
      sink.end(expired(`too old resource version: ${since} (${store.log.forgotten})`));
      return () => {};
    }
    for (const change of store.log.after(since)) {
      const notice = noticeFor(change, filter);
      if (notice) sink.notice(notice, frames);
      frames.clear();
    }
  }
  return hub.add(new FilteredWatcher(filter, sink), interestOf(served, fields));
}

class FilteredWatcher implements Watcher {
  readonly #filter: Filter;
  readonly #sink: Sink;

  constructor(filter: Filter, sink: Sink) {
    this.#filter = filter;
    this.#sink = sink;
  }

  offer(change: Change, frames: Frames): void {
    const notice = noticeFor(change, this.#filter);
    if (notice) this.#sink.notice(notice, frames);
  }

  close(): void {
    this.#sink.end();
  }
}

function filterOf({ spec }: Served, request: WatchRequest, fields: FieldSelector | undefined): Filter {
  const labels = labelSelector(request.labelSelector);
  const prefix = spec.resource.namespaced && request.namespace ? `${request.namespace}/` : '';
  if (!labels && !fields) return { prefix, matches: undefined };
  const read = spec.view?.read ?? ((object: KubeObject) => object);
  const matches = (stored: KubeObject) => {
    const object = read(stored);
    return (!labels || labels(object)) && (!fields || fields.matches(object));
  };
  return { prefix, matches };
}

function interestOf({ spec, hub }: Served, fields: FieldSelector | undefined): Interest | undefined {
  if (!fields || spec.view) return undefined;
  for (const field of hub.indexed) {
    const value = fields.required(field);
    if (value !== undefined) return { field, value };
  }
  return undefined;
}

function checkInitialEvents({ sendInitialEvents, resourceVersionMatch }: WatchRequest): void {
  const problem =
    sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan'
      ? 'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
      : sendInitialEvents === undefined && resourceVersionMatch
        ? 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
        : undefined;
  if (problem) {
    const [field, message] = problem.split(/: (.*)/s) as [string, string];
    throw failure(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${problem}`, {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [{ reason: 'FieldValueForbidden', message, field }],
    });
  }
}
