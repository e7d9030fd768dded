import type { Resource } from '../../types.ts';
import type { DeleteOptions, WriteOptions } from '../rest/options.ts';
import { badRequest } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import type { WatchRequest } from '../watch/start-watch.ts';

export const isTrue = (text: string | null): boolean => text === 'true' || text === '1';

const text = (query: URLSearchParams, name: string): string | undefined => query.get(name) ?? undefined;

function number(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d+$/.test(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

/** ListOptions of a list or watch. */
export function listRequest(query: URLSearchParams, namespace: string | undefined): WatchRequest {
  const sendInitialEvents = query.get('sendInitialEvents');
  return {
    namespace,
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    limit: number(query, 'limit'),
    continue: text(query, 'continue'),
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: text(query, 'resourceVersionMatch'),
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: sendInitialEvents === null ? undefined : isTrue(sendInitialEvents),
  };
}

export function timeoutSeconds(query: URLSearchParams): number | undefined {
  return number(query, 'timeoutSeconds');
}

/** CreateOptions, UpdateOptions and PatchOptions. The manager defaults to the client's name. */
export function writeOptions(
  query: URLSearchParams,
  userAgent: string | undefined,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteOptions & { warnings: string[] } {
  const fieldValidation = query.get('fieldValidation') as WriteOptions['fieldValidation'] | null;
  return {
    dryRun: isDryRun(query.getAll('dryRun'), kind),
    fieldManager: query.get('fieldManager') ?? managerOf(userAgent),
    ...(fieldValidation && { fieldValidation }),
    warnings: [],
  };
}

/** `kubectl/v1.32 (linux/amd64)` writes as `kubectl`. */
function managerOf(userAgent = ''): string {
  const name = userAgent.split('/', 1)[0]!.slice(0, 128);
  return name === '' ? 'unknown' : name;
}

/** Throws 422 for what these options do not know. */
function isDryRun(values: readonly string[], kind: string): boolean {
  const errors = new FieldErrors();
  if (values.some((value) => value !== 'All')) errors.notSupported('dryRun', values, ['All']);
  errors.throwIfAny(optionsOf(kind), '');
  return values.length > 0;
}

/** Throws 422 for a patch that is no apply and asks for force. */
export function isForced(query: URLSearchParams, isApply: boolean): boolean {
  const force = query.get('force');
  const errors = new FieldErrors();
  if (force !== null && !isApply) errors.forbidden('force', 'may not be specified for non-apply patch');
  errors.throwIfAny(optionsOf('PatchOptions'), '');
  return isTrue(force);
}

function optionsOf(kind: string): Resource {
  return { group: 'meta.k8s.io', version: 'v1', plural: '', kind, namespaced: false };
}

/** DeleteOptions come in the body, or in the query. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const given = (body ?? {}) as DeleteOptions & { dryRun?: readonly string[]; orphanDependents?: boolean };
  const grace = given.gracePeriodSeconds ?? number(query, 'gracePeriodSeconds');
  const policy =
    given.propagationPolicy ?? (text(query, 'propagationPolicy') as DeleteOptions['propagationPolicy']);
  const legacy =
    given.orphanDependents === undefined ? undefined : given.orphanDependents ? 'Orphan' : 'Background';
  const propagationPolicy = policy ?? legacy;
  return {
    dryRun: isDryRun(Array.isArray(given.dryRun) ? given.dryRun : query.getAll('dryRun'), 'DeleteOptions'),
    ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
    ...(given.preconditions && { preconditions: given.preconditions }),
    ...(propagationPolicy && { propagationPolicy }),
  };
}
