import type { Case, Facts } from './case.ts';
import { BOTH, SAME } from './cases/index.ts';

const BRIDGE =
  'pods of a node are on one bridge, without br_netfilter: they answer each other past the rules that must translate back';

/** Why a case that fails here is not the fault of who implements Services; undefined when it would be. */
export function knownLimit(
  { from, needs, backend }: Case,
  { isBridged, bridgeNetfilter }: Facts,
): string | undefined {
  const neighbours = from === 'pod' && needs === 'services' && (backend === SAME || backend === BOTH);
  return isBridged && !bridgeNetfilter && neighbours ? BRIDGE : undefined;
}
