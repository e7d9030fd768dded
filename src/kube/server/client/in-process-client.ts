import type { DeleteOptions, KubeClient, ListOptions, Patch, WatchOptions } from '../../kube-client.ts';
import { KubeError } from '../../kube-error.ts';
import { apiVersionOf } from '../../resources.ts';
import type { KubeList, KubeObject, ObjectMeta, Resource, WatchEvent } from '../../types.ts';
import type { Served } from '../registry/registry.ts';
import { create } from '../rest/create.ts';
import { deletionAnswer, remove } from '../rest/delete.ts';
import { finalizeNamespace } from '../rest/finalize-namespace.ts';
import { list } from '../rest/list.ts';
import type { Api } from '../rest/options.ts';
import { patch } from '../rest/patch.ts';
import { bind } from '../rest/pod-subresources.ts';
import { liveEntry, update } from '../rest/update.ts';
import { noSuchPath, notFound } from '../status/errors.ts';
import type { Entry } from '../storage/entry.ts';
import { startWatch } from '../watch/start-watch.ts';
import { QueueSink } from './queue-sink.ts';

/**
 * The API without HTTP, for controllers in the server's own process: the same operations with the same
 * answers. Objects are handed out as they are stored, frozen; what comes in is copied.
 */
export class InProcessClient implements KubeClient {
  readonly #api: Api;
  readonly #manager: string;

  constructor(api: Api, fieldManager: string) {
    this.#api = api;
    this.#manager = fieldManager;
  }

  async get<T extends KubeObject>(r: Resource, name: string, namespace?: string): Promise<T> {
    const entry = liveEntry(this.#served(r), namespace, name);
    if (!entry) throw notFound(r, name);
    return entry.object as T;
  }

  async list<T extends KubeObject>(r: Resource, opts: ListOptions = {}): Promise<KubeList<T>> {
    const served = this.#served(r);
    const { entries, revision, continue: token, remaining } = list(served, opts);
    return {
      kind: `${r.kind}List`,
      apiVersion: apiVersionOf(r),
      metadata: {
        resourceVersion: String(revision),
        ...(token !== undefined && { continue: token }),
        ...(remaining !== undefined && { remainingItemCount: remaining }),
      },
      items: entries.map((entry) => read<T>(served, entry)),
    };
  }

  async create<T extends KubeObject>(r: Resource, object: T, opts?: { fieldManager?: string }): Promise<T> {
    const served = this.#served(r);
    const namespace = r.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const entry = create(this.#api, served, namespace, copy(object), this.#options(opts?.fieldManager));
    return read(served, entry);
  }

  async replace<T extends KubeObject>(
    r: Resource,
    object: T,
    opts?: { subresource?: 'status' | 'finalize' },
  ): Promise<T> {
    const served = this.#served(r);
    const { name = '', namespace } = object.metadata;
    if (opts?.subresource === 'finalize') return finalizeNamespace(this.#api, name, copy(object)) as T;
    const options = { ...this.#options(), ...(opts?.subresource && { subresource: opts.subresource }) };
    return read(served, update(this.#api, served, namespace, name, copy(object), options).entry);
  }

  async patch<T extends KubeObject>(
    r: Resource,
    name: string,
    namespace: string | undefined,
    body: Patch,
  ): Promise<T> {
    const served = this.#served(r);
    const request = { ...this.#options(body.fieldManager), ...body, body: copy(body.body) };
    return read(served, patch(this.#api, served, namespace, name, request).entry);
  }

  async delete(r: Resource, name: string, namespace?: string, opts: DeleteOptions = {}): Promise<KubeObject> {
    const served = this.#served(r);
    const { uid, ...rest } = opts;
    const options = { ...rest, ...(uid !== undefined && { preconditions: { uid } }) };
    return deletionAnswer(served, remove(this.#api, served, namespace, name, options)) as KubeObject;
  }

  async bind(pod: { readonly metadata: ObjectMeta }, nodeName: string): Promise<void> {
    const { name = '', namespace = 'default', uid } = pod.metadata;
    const binding = {
      metadata: { name, namespace, ...(uid && { uid }) },
      target: { kind: 'Node', name: nodeName },
    };
    bind(this.#api, namespace, name, binding);
  }

  async *watch<T extends KubeObject>(r: Resource, opts: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    if (opts.signal.aborted) return;
    const served = this.#served(r);
    const { signal, bookmarks = false, ...request } = opts;
    const sink = new QueueSink(served);
    const stop = startWatch(served, { ...request, allowWatchBookmarks: bookmarks }, sink);
    const abort = () => sink.end();
    signal.addEventListener('abort', abort, { once: true });
    try {
      yield* sink.events() as AsyncGenerator<WatchEvent<T>>;
    } finally {
      signal.removeEventListener('abort', abort);
      stop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #served(r: Resource): Served {
    const served = this.#api.registry.find(r.group, r.version, r.plural);
    if (!served) throw noSuchPath();
    return served;
  }

  #options(fieldManager?: string) {
    return { fieldManager: fieldManager ?? this.#manager };
  }
}

function read<T extends KubeObject>({ spec }: Served, { object }: Entry): T {
  const shown =
    spec.view && object.apiVersion !== apiVersionOf(spec.resource) ? spec.view.read(object) : object;
  return shown as T;
}

/** As over the wire: nobody else holds the result, and fields that are undefined are gone. */
function copy<T>(value: T): T {
  if (value === undefined) throw new KubeError(400, 'BadRequest', 'the request has no body');
  return JSON.parse(JSON.stringify(value)) as T;
}
