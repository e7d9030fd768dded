import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { type Answer, collectResponse } from './collect-response.ts';
import type { DeleteOptions, KubeClient, ListOptions, Patch, WatchOptions } from './kube-client.ts';
import { KubeError } from './kube-error.ts';
import { type LineOptions, type RawAccess, streamLines } from './raw-access.ts';
import { collectionPath, listQuery, objectPath, watchQuery } from './request-path.ts';
import { apiVersionOf } from './resources.ts';
import type { Transport } from './transport.ts';
import type { KubeList, KubeObject, ObjectMeta, Resource, Status, WatchEvent } from './types.ts';

/** Longest wait for an answer to begin, and between two parts of it, in ms. */
const REQUEST_TIMEOUT = 30_000;
/** The server ends a watch after this many seconds, the client gives up on a silent one a little later. */
const WATCH_SECONDS = 480;
/** Waits before a request that found nobody listening is tried again, in ms. */
const REFUSED_RETRIES = [20, 50, 100, 200, 400, 800];
const THROTTLED_RETRIES = 5;

const JSON_TYPE = 'application/json';
const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** KubeClient over HTTP/1.1 with kept-alive connections. */
export class HttpClient implements KubeClient, RawAccess {
  readonly #transport: Promise<Transport>;
  #ready: Transport | undefined;

  constructor(transport: Transport | Promise<Transport>) {
    this.#transport = Promise.resolve(transport);
    if (!(transport instanceof Promise)) this.#ready = transport;
    // A kubeconfig that cannot be read is reported by the first request.
    this.#transport.then(
      (ready) => {
        this.#ready = ready;
      },
      () => {},
    );
  }

  get<T extends KubeObject>(r: Resource, name: string, namespace?: string): Promise<T> {
    return this.#send('GET', objectPath(r, name, namespace));
  }

  async list<T extends KubeObject>(r: Resource, opts: ListOptions = {}): Promise<KubeList<T>> {
    const path = collectionPath(r, opts.namespace) + listQuery(opts);
    const list = await this.#send<KubeList<T>>('GET', path);
    // The items of built-in kinds come without the two; objects of this client always have them.
    const type = { apiVersion: apiVersionOf(r), kind: r.kind };
    return list.items.every((item) => item.kind)
      ? list
      : { ...list, items: list.items.map((item) => ({ ...type, ...item })) };
  }

  create<T extends KubeObject>(r: Resource, object: T, opts?: { fieldManager?: string }): Promise<T> {
    const query = opts?.fieldManager ? `?fieldManager=${encodeURIComponent(opts.fieldManager)}` : '';
    return this.#send('POST', collectionPath(r, object.metadata.namespace) + query, JSON.stringify(object));
  }

  replace<T extends KubeObject>(
    r: Resource,
    object: T,
    opts?: { subresource?: 'status' | 'finalize' },
  ): Promise<T> {
    const { name = '', namespace } = object.metadata;
    return this.#send('PUT', objectPath(r, name, namespace, opts?.subresource), JSON.stringify(object));
  }

  patch<T extends KubeObject>(
    r: Resource,
    name: string,
    namespace: string | undefined,
    patch: Patch,
  ): Promise<T> {
    let path = objectPath(r, name, namespace, patch.subresource);
    if (patch.fieldManager) path += `?fieldManager=${encodeURIComponent(patch.fieldManager)}`;
    if (patch.force) path += `${patch.fieldManager ? '&' : '?'}force=true`;
    return this.#send('PATCH', path, JSON.stringify(patch.body), PATCH_TYPES[patch.type]);
  }

  delete(r: Resource, name: string, namespace?: string, opts?: DeleteOptions): Promise<KubeObject> {
    const path = objectPath(r, name, namespace);
    if (!opts) return this.#send('DELETE', path);
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: opts.gracePeriodSeconds,
      propagationPolicy: opts.propagationPolicy,
      preconditions: opts.uid === undefined ? undefined : { uid: opts.uid },
    };
    return this.#send('DELETE', path, JSON.stringify(body));
  }

  async bind(pod: { readonly metadata: ObjectMeta }, nodeName: string): Promise<void> {
    const { name, namespace = 'default', uid } = pod.metadata;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name ?? '')}/binding`;
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
    };
    await this.#send('POST', path, JSON.stringify(body));
  }

  async *watch<T extends KubeObject>(r: Resource, opts: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const path = collectionPath(r, opts.namespace) + watchQuery(opts, WATCH_SECONDS);
    try {
      for await (const line of this.#stream(path, opts.signal)) {
        const event = JSON.parse(line) as { type: string; object: Status };
        if (event.type === 'ERROR') throw KubeError.fromStatus(event.object);
        yield event as unknown as WatchEvent<T>;
      }
    } catch (error) {
      if (opts.signal.aborted) return;
      throw unanswered('watch', path, error);
    }
  }

  async text(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, text } = await this.#exchange('GET', path, undefined, undefined, headers);
    if (status >= 300) throw errorOf('GET', path, status, text);
    return text;
  }

  async *lines(path: string, { headers = {}, signal }: LineOptions): AsyncGenerator<string> {
    try {
      yield* this.#stream(path, signal, headers);
    } catch (error) {
      if (signal.aborted) return;
      throw unanswered('GET', path, error);
    }
  }

  async *#stream(
    path: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): AsyncGenerator<string> {
    const transport = this.#ready ?? (await this.#transport);
    const headers = [...headerLines(await transport.authorization()), ...Object.entries(more).flat()];
    const timeouts = { beginTimeout: REQUEST_TIMEOUT, silenceTimeout: (WATCH_SECONDS + 30) * 1000 };
    yield* streamLines(transport, { path, headers, signal, ...timeouts }, (status, text) => {
      throw errorOf('GET', path, status, text);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const transport = await this.#transport.catch(() => undefined);
    await Promise.all([transport?.requests.destroy(), transport?.watches.destroy()]);
  }

  async #send<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: string,
    type = JSON_TYPE,
  ) {
    const { status, text } = await this.#exchange(method, path, body, type);
    if (status >= 300) throw errorOf(method, path, status, text);
    return JSON.parse(text) as T;
  }

  async #exchange(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: string,
    type = JSON_TYPE,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const transport = this.#ready ?? (await this.#transport);
    const authorization = transport.authorization();
    const headers = headerLines(typeof authorization === 'object' ? await authorization : authorization);
    headers.push(...Object.entries(more).flat());
    if (body !== undefined) headers.push('content-type', type);
    const request = {
      method,
      path: transport.prefix + path,
      headers,
      body: body ?? null,
      // undici closes the connection after a DELETE with a body, in case the server does not expect one; ours does.
      reset: false,
      headersTimeout: REQUEST_TIMEOUT,
      bodyTimeout: REQUEST_TIMEOUT,
    };
    return await exchange(transport, request);
  }
}

/** Sends a request; again only when nobody listened, or when the server said to come back later. */
async function exchange(transport: Transport, request: Dispatcher.DispatchOptions): Promise<Answer> {
  let throttled = 0;
  for (let refused = 0; ; ) {
    try {
      const answer = await collectResponse(transport.requests, request);
      if (answer.status !== 429 || answer.retryAfter === undefined || throttled++ === THROTTLED_RETRIES)
        return answer;
      await sleep(Number(answer.retryAfter) * 1000 || 1000);
    } catch (error) {
      const wait = isRefused(error) ? REFUSED_RETRIES[refused++] : undefined;
      if (wait === undefined) throw unanswered(request.method, request.path, error);
      await sleep(wait);
    }
  }
}

function headerLines(authorization: string | undefined): string[] {
  const headers = ['accept', JSON_TYPE, 'user-agent', 'churnlab'];
  if (authorization !== undefined) headers.push('authorization', authorization);
  return headers;
}

/** Nobody accepted the connection, so nothing was sent. ENOENT: the socket's file is not there (yet). */
function isRefused(error: unknown): boolean {
  const { code, syscall } = error as { code?: string; syscall?: string };
  return code === 'ECONNREFUSED' || (code === 'ENOENT' && syscall === 'connect');
}

function errorOf(method: string, path: string, status: number, text: string): KubeError {
  try {
    const body = JSON.parse(text) as Status;
    if (body.kind === 'Status') return KubeError.fromStatus(body, status);
  } catch {
    // A proxy's page, or nothing: reported as it came.
  }
  return new KubeError(
    status,
    'Unknown',
    `${method} ${path}: status ${status}: ${text.slice(0, 200).trim()}`,
  );
}

function unanswered(method: string, path: string, error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const { code = '', message } = error as Error & { code?: string };
  const reason = code.endsWith('_TIMEOUT')
    ? 'Timeout'
    : code === 'UND_ERR_DESTROYED'
      ? 'Aborted'
      : 'Unreachable';
  return new KubeError(0, reason, `${method} ${path}: ${message || code}`, { cause: error });
}
