import type { IncomingMessage, ServerResponse } from 'node:http';
import { negotiate } from '../encode/negotiate.ts';
import type { Served } from '../registry/registry.ts';
import { create } from '../rest/create.ts';
import { deletionAnswer, remove, removeEntry } from '../rest/delete.ts';
import { list } from '../rest/list.ts';
import type { Api, WriteOptions } from '../rest/options.ts';
import { PATCH_TYPES, patch } from '../rest/patch.ts';
import { liveEntry, update } from '../rest/update.ts';
import { failure, methodNotAllowed, noSuchPath, notFound } from '../status/errors.ts';
import type { Entry } from '../storage/entry.ts';
import { validateListOptions } from './list-options.ts';
import { deleteOptions, isForced, isTrue, listRequest, writeOptions } from './query.ts';
import { mediaType, parseBody, parseJson, parseYamlOrJson, readBody } from './read-body.ts';
import type { ResourcePath } from './request-path.ts';
import { respond, respondJson } from './respond.ts';
import { handleSubresource } from './subresource-handler.ts';
import { handleWatch } from './watch-handler.ts';

export interface Exchange {
  readonly api: Api;
  readonly served: Served;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a request for objects of a kind that is served. Throws what the operations throw. */
export async function handleObjects(exchange: Exchange): Promise<void> {
  const { path, request, served } = exchange;
  if (path.subresource !== undefined && (path.subresource !== 'status' || !served.spec.hasStatus)) {
    return handleSubresource(exchange);
  }
  if (served.spec.resource.namespaced && path.namespace === undefined) {
    if (path.name !== undefined) throw noSuchPath();
    if (request.method !== 'GET') throw methodNotAllowed();
  }
  switch (request.method) {
    case 'GET':
      return path.name === undefined ? readMany(exchange) : readOne(exchange);
    case 'POST':
      return post(exchange);
    case 'PUT':
      return put(exchange);
    case 'PATCH':
      return change(exchange);
    case 'DELETE':
      return path.name === undefined ? deleteMany(exchange) : deleteOne(exchange);
    default:
      throw methodNotAllowed();
  }
}

function readMany({ api, served, path, query, request, response }: Exchange): void {
  const wanted = listRequest(query, path.namespace);
  validateListOptions(wanted, isTrue(query.get('watch')));
  if (isTrue(query.get('watch'))) {
    handleWatch(served, request, response, query, wanted, api.clock);
    return;
  }
  const { representation, contentType } = negotiate(
    request.headers.accept,
    query.get('includeObject'),
    api.clock,
  );
  respond(request, response, 200, representation.list(served, list(served, wanted)), contentType);
}

function readOne({ api, served, path, query, request, response }: Exchange): void {
  if (isTrue(query.get('watch'))) {
    query.set('fieldSelector', `metadata.name=${path.name}`);
    handleWatch(served, request, response, query, listRequest(query, path.namespace), api.clock);
    return;
  }
  const entry = liveEntry(served, path.namespace, path.name!);
  if (!entry) throw notFound(served.spec.resource, path.name!);
  answer({ api, served, path, query, request, response }, 200, entry, []);
}

async function post(exchange: Exchange): Promise<void> {
  const { api, served, path, query, request } = exchange;
  if (path.name !== undefined) throw methodNotAllowed();
  const body = parseBody(await readBody(request), mediaType(request));
  const options = writeOptions(query, request.headers['user-agent'], 'CreateOptions');
  answer(exchange, 201, create(api, served, path.namespace, body, options), options.warnings);
}

async function put(exchange: Exchange): Promise<void> {
  const { api, served, path, query, request } = exchange;
  if (path.name === undefined) throw methodNotAllowed();
  const body = parseBody(await readBody(request), mediaType(request));
  const options = withSubresource(
    exchange,
    writeOptions(query, request.headers['user-agent'], 'UpdateOptions'),
  );
  const { entry, created } = update(api, served, path.namespace, path.name, body, options);
  answer(exchange, created ? 201 : 200, entry, options.warnings);
}

async function change(exchange: Exchange): Promise<void> {
  const { api, served, path, query, request } = exchange;
  if (path.name === undefined) throw methodNotAllowed();
  const type = PATCH_TYPES.get(mediaType(request));
  if (!type) throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type');
  const raw = await readBody(request);
  const options = withSubresource(
    exchange,
    writeOptions(query, request.headers['user-agent'], 'PatchOptions'),
  );
  const body = type === 'apply' ? parseYamlOrJson(raw) : parseJson(raw);
  // An apply is nobody's without a manager of its own: there is no default for it.
  const { fieldManager, ...anonymous } = options;
  const named =
    type === 'apply' && !query.get('fieldManager')
      ? anonymous
      : { ...anonymous, fieldManager: fieldManager! };
  const force = isForced(query, type === 'apply');
  const { entry, created } = patch(api, served, path.namespace, path.name, { ...named, type, body, force });
  answer(exchange, created ? 201 : 200, entry, options.warnings);
}

async function deleteOne({ api, served, path, query, request, response }: Exchange): Promise<void> {
  const body = parseBody(await readBody(request), mediaType(request));
  const deletion = remove(api, served, path.namespace, path.name!, deleteOptions(query, body));
  respondJson(request, response, 200, deletionAnswer(served, deletion));
}

async function deleteMany({ api, served, path, query, request, response }: Exchange): Promise<void> {
  const body = parseBody(await readBody(request), mediaType(request));
  const options = deleteOptions(query, body);
  const found = list(served, listRequest(query, path.namespace));
  const { spec, store } = served;
  const entries = found.entries.flatMap(({ key }) => {
    const live = store.get(key);
    if (!live) return [];
    const seen = spec.view
      ? liveEntry(served, live.object.metadata.namespace, live.object.metadata.name ?? '')!
      : live;
    return [removeEntry(api, served, seen, options).entry];
  });
  const { representation, contentType } = negotiate(
    request.headers.accept,
    query.get('includeObject'),
    api.clock,
  );
  respond(
    request,
    response,
    200,
    representation.list(served, { entries, revision: store.revision }),
    contentType,
  );
}

function answer(exchange: Exchange, code: number, entry: Entry, warnings: readonly string[]): void {
  const { api, served, query, request, response } = exchange;
  const { representation, contentType } = negotiate(
    request.headers.accept,
    query.get('includeObject'),
    api.clock,
  );
  respond(request, response, code, representation.object(served, entry), contentType, warnings);
}

function withSubresource<T extends WriteOptions>({ path }: Exchange, options: T): T {
  return path.subresource === 'status' ? { ...options, subresource: 'status' } : options;
}
