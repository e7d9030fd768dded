import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, gzip } from 'node:zlib';
import { KubeError } from '../../kube-error.ts';
import { internalError } from '../status/errors.ts';

/** Answers from here on are compressed for clients that ask for it, as in k8s.io/apiserver. */
const GZIP_FROM = 128 * 1024;

/** Sends a whole answer. */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: Buffer,
  contentType = 'application/json',
  warnings: readonly string[] = [],
): void {
  const headers: OutgoingHttpHeaders = { 'content-type': contentType, 'cache-control': 'no-cache, private' };
  if (warnings.length > 0)
    response.setHeader(
      'warning',
      warnings.map((text) => `299 - ${JSON.stringify(text)}`),
    );
  const accepts = body.length >= GZIP_FROM && request.headers['accept-encoding']?.includes('gzip');
  if (!accepts) {
    send(response, code, headers, body);
    return;
  }
  gzip(body, { level: constants.Z_BEST_SPEED }, (error, packed) => {
    if (error) send(response, code, headers, body);
    else send(response, code, { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, packed);
  });
}

function send(response: ServerResponse, code: number, headers: OutgoingHttpHeaders, body: Buffer): void {
  headers['content-length'] = body.length;
  response.writeHead(code, headers);
  response.end(body);
}

export function respondJson(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  value: unknown,
  contentType = 'application/json',
): void {
  respond(request, response, code, Buffer.from(JSON.stringify(value)), contentType);
}

/** Sends an error as a Status; anything that is not one is a fault of the server, and is reported as such. */
export function respondError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  onFault: (error: unknown) => void,
): void {
  const known = error instanceof KubeError && error.body !== undefined;
  if (!known) onFault(error);
  const status = known ? (error as KubeError) : internalError((error as Error).message ?? String(error));
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const seconds = status.body?.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('retry-after', seconds);
  respondJson(request, response, status.status, status.body);
}
