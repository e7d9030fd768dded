import { isNetworkName, type LabSpec, type NetworkName } from '../scenario/index.ts';
import { bridge } from './bridge/bridge.ts';
import { chain } from './chain/chain.ts';
import { churnlab } from './churnlab/churnlab.ts';
import { customNetwork } from './custom/custom-network.ts';
import { existingNetwork, isExisting } from './existing/existing-network.ts';
import { flannel } from './flannel/flannel.ts';
import { installedNetwork } from './installed/installed-network.ts';
import { macvlan } from './macvlan/macvlan.ts';
import type { Network } from './network.ts';
import { ptp } from './ptp/ptp.ts';

/** The fields of a lab that say what connects its pods. */
type NetworkFields = Pick<LabSpec, 'network' | 'cniBin' | 'networkValues' | 'networkSet' | 'imageArchives'>;

/** Networks that come with the project; others are brought along (`cni:`, `helm:`, `manifest:`). */
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
export function networkOf(lab: NetworkFields): Network {
  const { network } = lab;
  if (isNetworkName(network)) return NETWORKS_BY_NAME[network];
  return isExisting(network) ? existingNetwork(network) : (installedNetwork(lab) ?? customNetwork(lab));
}
