import type { KubeList, KubeObject, ObjectMeta, Resource, WatchEvent } from './types.ts';

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects per page; the answer's `metadata.continue` asks for the next. */
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Changes after this version; without it the present objects come first, as ADDED. */
  readonly resourceVersion?: string;
  readonly bookmarks?: boolean;
  /** Ends the watch without an error. */
  readonly signal: AbortSignal;
}

export interface Patch {
  readonly type: 'merge' | 'json' | 'strategic' | 'apply';
  readonly body: unknown;
  readonly subresource?: 'status';
  /** Who applies; needed for `apply`. */
  readonly fieldManager?: string;
  /** For `apply`: take over fields that another manager owns. */
  readonly force?: boolean;
}

export interface DeleteOptions {
  /** Seconds; 0 removes a pod at once. */
  readonly gracePeriodSeconds?: number;
  /** Refuse with Conflict when the object is another one by now. */
  readonly uid?: string;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

/** The Kubernetes API, over HTTP or within the process of the server. Every method throws KubeError. */
export interface KubeClient extends AsyncDisposable {
  get<T extends KubeObject>(r: Resource, name: string, namespace?: string): Promise<T>;
  list<T extends KubeObject>(r: Resource, opts?: ListOptions): Promise<KubeList<T>>;
  /** The namespace is the one in the object's metadata. */
  create<T extends KubeObject>(r: Resource, object: T, opts?: { fieldManager?: string }): Promise<T>;
  /** With a `metadata.resourceVersion` it fails with Conflict when the object has changed since. */
  replace<T extends KubeObject>(
    r: Resource,
    object: T,
    opts?: { subresource?: 'status' | 'finalize' },
  ): Promise<T>;
  patch<T extends KubeObject>(
    r: Resource,
    name: string,
    namespace: string | undefined,
    patch: Patch,
  ): Promise<T>;
  /** The deleted object, or a Status when it is gone already. */
  delete(r: Resource, name: string, namespace?: string, opts?: DeleteOptions): Promise<KubeObject>;
  /** Ends when the server ends it or the signal fires: go on from the last resourceVersion seen. */
  watch<T extends KubeObject>(r: Resource, opts: WatchOptions): AsyncGenerator<WatchEvent<T>>;
  /** Assigns a pod to a node (POST pods/NAME/binding). With a uid in the metadata, only that very pod. */
  bind(pod: { readonly metadata: ObjectMeta }, nodeName: string): Promise<void>;
}
