import type { Case, Facts } from './case.ts';
import { BOTH, SAME } from './cases/index.ts';

const BRIDGE =
  'network bridge without br_netfilter: pods of a node answer each other past the rules that must translate back';

/** Why a case that fails here is not the fault of who implements Services; undefined when it would be. */
export function knownLimit(
  { from, needs, backend }: Case,
  { network, bridgeNetfilter }: Facts,
): string | undefined {
  const neighbours = from === 'pod' && needs === 'services' && (backend === SAME || backend === BOTH);
  return network === 'bridge' && !bridgeNetfilter && neighbours ? BRIDGE : undefined;
}
