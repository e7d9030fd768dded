import { networkOf } from '../networks/index.ts';
import type { LabFields, LabSpec } from '../scenario/index.ts';

/**
 * A lab of one node with about thirty addresses, which are used again at once: few enough for each to be used twice.
 * @throws NetworkError
 */
export function conformanceLab(network: Pick<LabSpec, 'network' | 'cniBin'>): LabFields {
  const { ipamModes } = networkOf(network).fit;
  return {
    nodes: 1,
    ...network,
    ipam: { mode: ipamModes[0]!, cooldown: '0s', pools: [{ cidrs: ['10.20.0.0/24'], nodeMask: 27 }] },
  };
}
