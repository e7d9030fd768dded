/**
 * What the provider and its client say to each other, as JSON over HTTP:
 * `PUT /v1/nodes/NAME` asks for a node's CIDRs, `DELETE /v1/nodes/NAME` gives them back, `GET /v1/nodes` lists who
 * has what. A request too many is answered 429 with `Retry-After` in whole seconds, and `Retry-After-Ms`.
 */
import type { NodeCidrFill } from '../../ipam/index.ts';

export const NODES_PATH = '/v1/nodes';
export const RETRY_AFTER_MS = 'retry-after-ms';

/** Fill of the provider's own network; numbers beyond 2^53 are rounded. */
export type FillJson = readonly (Omit<NodeCidrFill, 'cidr' | 'capacity'> & {
  readonly cidr: string;
  readonly capacity: number;
})[];

export interface NodeCidrsJson {
  readonly cidrs: readonly string[];
  readonly fill: FillJson;
}

export interface ReleasedJson {
  readonly released: boolean;
  readonly fill: FillJson;
}

export interface ListJson {
  readonly nodes: readonly { readonly node: string; readonly cidrs: readonly string[] }[];
  readonly fill: FillJson;
}

/** Why a request was refused. */
export type ProviderRefusal = 'rate-limited' | 'quota-exceeded' | 'exhausted' | 'unauthorized' | 'not-found';

export interface RefusalJson {
  readonly error: ProviderRefusal;
  readonly message: string;
}
