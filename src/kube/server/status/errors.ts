/** Errors in the form of k8s.io/apimachinery/pkg/api/errors: what clients compare is code, reason and text. */
import { KubeError } from '../../kube-error.ts';
import type { Resource, Status } from '../../types.ts';

type Details = NonNullable<Status['details']>;

/** A failure as clients read it; thrown by every handler and sent as the answer's body. */
export function failure(code: number, reason: string, message: string, details?: Details): KubeError {
  const body: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details && { details }),
    code,
  };
  return new KubeError(code, reason, message, { body });
}

/** `pods`, `deployments.apps`: a resource in messages. */
export function qualified(r: Resource): string {
  return r.group === '' ? r.plural : `${r.plural}.${r.group}`;
}

function detailsOf(r: Resource, name: string): Details {
  return { name, ...(r.group !== '' && { group: r.group }), kind: r.plural };
}

export function notFound(r: Resource, name: string): KubeError {
  return failure(404, 'NotFound', `${qualified(r)} "${name}" not found`, detailsOf(r, name));
}

export function alreadyExists(r: Resource, name: string): KubeError {
  return failure(409, 'AlreadyExists', `${qualified(r)} "${name}" already exists`, detailsOf(r, name));
}

/** Text of the registry's optimistic lock (k8s.io/apiserver/pkg/registry/generic/registry). */
export const OPTIMISTIC_LOCK =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(r: Resource, name: string, why: string): KubeError {
  const message = `Operation cannot be fulfilled on ${qualified(r)} "${name}": ${why}`;
  return failure(409, 'Conflict', message, detailsOf(r, name));
}

export function forbidden(r: Resource, name: string, why: string): KubeError {
  return failure(403, 'Forbidden', `${qualified(r)} "${name}" is forbidden: ${why}`, detailsOf(r, name));
}

export function badRequest(message: string): KubeError {
  return failure(400, 'BadRequest', message);
}

export function internalError(message: string): KubeError {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function unauthorized(): KubeError {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

export function methodNotAllowed(): KubeError {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message, {});
}

export function noSuchPath(): KubeError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** A watch or list from a version the server no longer remembers. */
export function expired(message: string): KubeError {
  return failure(410, 'Expired', message);
}

/** A list at a version that is not there yet. */
export function tooLargeVersion(asked: number, current: number): KubeError {
  return failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function notAcceptable(): KubeError {
  const types = 'application/json, application/yaml';
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
}

export function unsupportedMediaType(accepted: readonly string[]): KubeError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return failure(415, 'UnsupportedMediaType', message);
}
