import type { OperatorConfig } from '../../../operator/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';

/** What the operator is told, by mode. Mode `kcm` has none. */
export function operatorConfig({ ipam, serviceCidrs }: LabSpec): OperatorConfig {
  switch (ipam.mode) {
    case 'range':
      return { mode: ipam.mode, ...families(ipam.pools), serviceCidrs, queue: ipam.queue };
    case 'multi-range':
      return { mode: ipam.mode, serviceCidrs };
    default:
      return { mode: 'cluster-pool', ...families(ipam.pools) };
  }
}

/** The one pool of each family. */
export function families(pools: LabSpec['ipam']['pools']) {
  const of = (v6: boolean) => {
    const found = pools.find(({ cidrs }) => cidrs[0]!.includes(':') === v6);
    return found && { cidrs: found.cidrs, maskSize: found.nodeMask };
  };
  return { ipv4: of(false), ipv6: of(true) };
}
