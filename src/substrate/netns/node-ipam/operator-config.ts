import type { OperatorConfig, ProviderConfig } from '../../../operator/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';
import type { LabDirectory } from '../lab-directory.ts';

/** What the operator is told, by mode. Mode `kcm` has none. */
export function operatorConfig(lab: LabDirectory, { ipam, serviceCidrs }: LabSpec): OperatorConfig {
  switch (ipam.mode) {
    case 'range':
      return { mode: ipam.mode, ...families(ipam.pools), serviceCidrs, queue: ipam.queue };
    case 'multi-range':
      return { mode: ipam.mode, serviceCidrs };
    case 'multi-pool':
      return { mode: ipam.mode };
    case 'cloud':
      return { mode: ipam.mode, provider: providerAddress(lab) };
    default:
      return { mode: 'cluster-pool', ...families(ipam.pools) };
  }
}

/** What the provider of mode `cloud` is told. */
export function providerConfig(lab: LabDirectory, { ipam }: LabSpec): ProviderConfig {
  const { latency, rate, burst, quota } = ipam.provider;
  return {
    ...providerAddress(lab),
    ...families(ipam.pools),
    latencyMs: latency / 1e6,
    rate: { perSecond: rate, burst },
    ...(quota === undefined ? {} : { quota }),
  };
}

function providerAddress(lab: LabDirectory) {
  return { socketPath: lab.socket('provider'), tokenFile: lab.tokenFile };
}

/** The one pool of each family. */
export function families(pools: LabSpec['ipam']['pools']) {
  const of = (v6: boolean) => {
    const found = pools.find(({ cidrs }) => cidrs[0]!.includes(':') === v6);
    return found && { cidrs: found.cidrs, maskSize: found.nodeMask };
  };
  return { ipv4: of(false), ipv6: of(true) };
}
