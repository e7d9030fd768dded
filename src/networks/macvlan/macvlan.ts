import { NODE_VALUES, type NodeConflist } from '../../agent/index.ts';
import { CNI_VERSION, HOST_LOCAL_FOLDER } from '../host-local.ts';
import type { Network } from '../network.ts';

const CONFLIST: NodeConflist = {
  cniVersion: CNI_VERSION,
  name: 'macvlan',
  plugins: [
    {
      type: 'macvlan',
      master: 'eth0',
      mode: 'bridge',
      ipam: { type: 'host-local', ranges: NODE_VALUES.sharedRanges },
    },
  ],
};

/**
 * The reference plugin macvlan: pods are on the link between the nodes, beside them. They do not reach their own node,
 * nothing in it sees their packets, and no way leads out of the link.
 */
export const macvlan: Network = {
  name: 'macvlan',
  summary:
    'reference plugins macvlan, host-local: pods on the link between the nodes, past the nodes themselves',
  ipam: 'host-local',
  fit: {
    routings: ['direct'],
    families: ['ipv4', 'ipv6', 'dual'],
    ipamModes: ['cluster-pool', 'range', 'cloud', 'kcm'],
    services: ['none'],
    levels: ['pod', 'cni'],
  },
  state: { folders: [HOST_LOCAL_FOLDER], links: ['macvlan'], routes: false, rules: false, maps: false },
  podLinks: undefined,
  traced: false,
  process: undefined,
  netns: {
    plugins: ['macvlan', 'host-local', 'loopback'],
    programs: [],
    node: () => ({ conflist: CONFLIST, routes: false }),
  },
  absent: { kind: 'its pods would need addresses of the network of the container engine' },
};
