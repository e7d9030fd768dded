import { notAcceptable } from '../status/errors.ts';
import { JSON_OBJECTS } from './json.ts';
import { PARTIAL_METADATA } from './partial.ts';
import type { Representation } from './representation.ts';
import { type IncludeObject, tableRepresentation } from './table.ts';

export interface Negotiated {
  readonly representation: Representation;
  readonly contentType: string;
}

const PLAIN: Negotiated = { representation: JSON_OBJECTS, contentType: 'application/json' };

/**
 * Chooses the first form in the Accept header that can be served (k8s.io/apiserver: negotiation). Throws 406
 * when there is none, as for clients that insist on protobuf.
 */
export function negotiate(
  accept: string | undefined,
  include: string | null,
  clock: () => number,
): Negotiated {
  if (accept === undefined || accept === 'application/json' || accept === '') return PLAIN;
  for (const clause of accept.split(',')) {
    const [type, ...rest] = clause.split(';').map((part) => part.trim());
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue;
    const parameters = new Map(rest.map((part) => part.split('=') as [string, string]));
    const as = parameters.get('as');
    if (as === undefined) return PLAIN;
    if (parameters.get('g') !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(parameters.get('v') ?? ''))
      continue;
    if (as === 'Table') {
      return {
        representation: tableRepresentation((include ?? 'Metadata') as IncludeObject, clock),
        contentType: PLAIN.contentType,
      };
    }
    if (as.startsWith('PartialObjectMetadata')) {
      return { representation: PARTIAL_METADATA, contentType: PLAIN.contentType };
    }
  }
  throw notAcceptable();
}
