import { PODS } from '../../resources.ts';
import { finalizeNamespace } from '../rest/finalize-namespace.ts';
import { bind, evict, refuse } from '../rest/pod-subresources.ts';
import { methodNotAllowed, noSuchPath } from '../status/errors.ts';
import type { Exchange } from './object-handler.ts';
import { isTrue } from './query.ts';
import { mediaType, parseBody, readBody } from './read-body.ts';
import { respondJson } from './respond.ts';

/** Answers requests for subresources other than status. */
export async function handleSubresource({
  api,
  served,
  path,
  query,
  request,
  response,
}: Exchange): Promise<void> {
  const { plural, group } = served.spec.resource;
  const { subresource, name, namespace = '' } = path;
  if (group !== '' || name === undefined) throw noSuchPath();
  if (plural === 'namespaces' && subresource === 'finalize') {
    if (request.method !== 'PUT') throw methodNotAllowed();
    const body = parseBody(await readBody(request), mediaType(request));
    respondJson(request, response, 200, finalizeNamespace(api, name, body));
    return;
  }
  if (plural !== PODS.plural) throw noSuchPath();
  if (subresource !== 'binding' && subresource !== 'eviction') refuse(api, namespace, name, subresource!);
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = parseBody(await readBody(request), mediaType(request));
  const status =
    subresource === 'binding'
      ? bind(api, namespace, name, body, isTrue(query.get('dryRun')) || query.get('dryRun') === 'All')
      : evict(api, namespace, name, body);
  respondJson(request, response, 201, status);
}
