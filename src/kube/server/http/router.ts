import type { IncomingMessage, ServerResponse } from 'node:http';
import { findReview } from '../auth/reviews.ts';
import type { Tokens, User } from '../auth/tokens.ts';
import type { Discovery } from '../discovery/documents.ts';
import { openApiDocument } from '../discovery/openapi.ts';
import { VERSION } from '../discovery/version.ts';
import type { Api } from '../rest/options.ts';
import { methodNotAllowed, noSuchPath } from '../status/errors.ts';
import { handleObjects } from './object-handler.ts';
import { mediaType, parseBody, readBody } from './read-body.ts';
import { parseResourcePath } from './request-path.ts';
import { respond, respondError, respondJson } from './respond.ts';

export interface RouterOptions {
  readonly api: Api;
  readonly tokens: Tokens;
  readonly discovery: Discovery;
  /** Told of errors that are the server's own. */
  readonly onFault: (error: unknown) => void;
}

/** Endpoints that answer without a token, as in kube-apiserver's system:public-info-viewer. */
const PUBLIC = new Set(['/healthz', '/livez', '/readyz', '/version']);
const NO_QUERY = new URLSearchParams();

/** Answers every request of every listener. */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#route(request, response).catch((error: unknown) => {
      respondError(request, response, error, this.#options.onFault);
      // Whatever is left of a refused request's body must not stall the connection.
      request.resume();
    });
  };

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, tokens, discovery } = this.#options;
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    if (PUBLIC.has(path) || /^\/(healthz|livez|readyz)\//.test(path)) {
      if (path === '/version') respondJson(request, response, 200, VERSION);
      else respond(request, response, 200, Buffer.from('ok'), 'text/plain; charset=utf-8');
      return;
    }
    const user = tokens.authenticate(request.headers.authorization);
    const query = mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1));
    const target = parseResourcePath(path);
    if (!target) {
      this.#documents(request, response, path, discovery);
      return;
    }
    const served = api.registry.find(target.group, target.version, target.plural);
    if (served) {
      if (target.namespace !== undefined && !served.spec.resource.namespaced) throw noSuchPath();
      // A fixed empty query must not be written to.
      const own = query === NO_QUERY ? new URLSearchParams() : query;
      await handleObjects({ api, served, path: target, query: own, request, response });
      return;
    }
    await this.#review(request, response, target, user);
  }

  #documents(request: IncomingMessage, response: ServerResponse, path: string, discovery: Discovery): void {
    if (request.method !== 'GET') throw methodNotAllowed();
    const document =
      discovery.document(path, request.headers.accept) ??
      openApiDocument(this.#options.api.registry, path, request.headers.accept);
    if (Buffer.isBuffer(document?.body)) respond(request, response, 200, document.body, document.contentType);
    else if (document) respondJson(request, response, 200, document.body, document.contentType);
    else if (path === '/')
      respondJson(request, response, 200, {
        paths: ['/api', '/apis', '/healthz', '/openapi/v2', '/openapi/v3', '/version'],
      });
    else pageNotFound(request, response);
  }

  async #review(
    request: IncomingMessage,
    response: ServerResponse,
    { group, version, plural }: { group: string; version: string; plural: string },
    user: User,
  ): Promise<void> {
    const review = findReview(group, version, plural);
    if (!review) {
      // A resource that a known version lacks is told apart from a version that nobody serves.
      const known = Array.from(this.#options.api.registry.all()).some(
        ({ spec: { resource } }) => resource.group === group && resource.version === version,
      );
      if (known) throw noSuchPath();
      pageNotFound(request, response);
      return;
    }
    if (request.method !== 'POST') throw methodNotAllowed();
    const body = parseBody(await readBody(request), mediaType(request)) as Parameters<
      typeof review.answer
    >[0];
    const { kind } = review;
    const status = review.answer(body, user, this.#options.tokens);
    respondJson(request, response, 201, {
      ...body,
      kind,
      apiVersion: `${group}/${version}`,
      metadata: {},
      status,
    });
  }
}

/** What Go's own mux says of a path that nobody has claimed. */
function pageNotFound(request: IncomingMessage, response: ServerResponse): void {
  respond(request, response, 404, Buffer.from('404 page not found\n'), 'text/plain; charset=utf-8');
}
