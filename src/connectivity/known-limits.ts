import type { Case, Facts } from './case.ts';

const BRIDGE =
  'network bridge without br_netfilter: pods of a node answer each other past the rules that must translate back';

/** Why a case that fails here is not the fault of who implements Services; undefined when it would be. */
export function knownLimit(
  { from, needs, group }: Case,
  { network, bridgeNetfilter }: Facts,
): string | undefined {
  const fromPod = from === 'pod' || from === 'pod by packets';
  if (network !== 'bridge' || bridgeNetfilter || !fromPod || needs !== 'services') return undefined;
  return group === 'no endpoints' ? undefined : BRIDGE;
}
