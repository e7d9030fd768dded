import { isNetworkName, type LabSpec, type NetworkName } from '../scenario/index.ts';
import { bridge } from './bridge/bridge.ts';
import { chain } from './chain/chain.ts';
import { churnlab } from './churnlab/churnlab.ts';
import { customNetwork } from './custom/custom-network.ts';
import { existingNetwork, isExisting } from './existing/existing-network.ts';
import { flannel } from './flannel/flannel.ts';
import { macvlan } from './macvlan/macvlan.ts';
import type { Network } from './network.ts';
import { ptp } from './ptp/ptp.ts';

/** Networks that come with the project; others are brought along (`cni:`). */
export const NETWORKS_BY_NAME: Readonly<Record<NetworkName, Network>> = {
  churnlab,
  bridge,
  ptp,
  flannel,
  macvlan,
  chain,
};

/**
 * What connects the pods of a lab.
 * @throws NetworkError for a network that was brought along and cannot be read
 */
export function networkOf(lab: Pick<LabSpec, 'network' | 'cniBin'>): Network {
  const { network } = lab;
  if (isNetworkName(network)) return NETWORKS_BY_NAME[network];
  return isExisting(network) ? existingNetwork(network) : customNetwork(lab);
}
