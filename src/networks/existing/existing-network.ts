import type { LabSpec } from '../../scenario/index.ts';
import { EVERYTHING } from '../fits.ts';
import type { Network } from '../network.ts';

const SCHEME = 'existing:';
const ABSENT = 'it is what a cluster has that was there before (substrate kubeconfig)';

/** Whether a network is one that a cluster had before it was attached. */
export function isExisting(network: LabSpec['network']): network is `${typeof SCHEME}${string}` {
  return network.startsWith(SCHEME);
}

/** The network of a cluster that was there before: nothing is installed, nothing assumed, and its name is all there is. */
export function existingNetwork(network: `${typeof SCHEME}${string}`): Network {
  const name = network.slice(SCHEME.length);
  return {
    name,
    summary: `${name}, as the cluster has it`,
    ipam: 'unknown',
    fit: EVERYTHING,
    state: { folders: [], links: [], routes: false, rules: false, maps: false },
    podLinks: undefined,
    traced: false,
    process: undefined,
    unknowns: ['single calls, and who has which address'],
    absent: { netns: ABSENT, kind: ABSENT },
  };
}
