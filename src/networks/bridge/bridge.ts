import type { NodeConflist } from '../../agent/index.ts';
import { THROUGH_THE_NODE } from '../fits.ts';
import { CNI_VERSION, HOST_LOCAL, HOST_LOCAL_FOLDER, PORTMAP } from '../host-local.ts';
import type { Network } from '../network.ts';

const CONFLIST: NodeConflist = {
  cniVersion: CNI_VERSION,
  name: 'bridge',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      hairpinMode: true,
      ipMasq: false,
      mtu: 1500,
      ipam: HOST_LOCAL,
    },
    PORTMAP,
  ],
};
const PLUGINS = ['bridge', 'host-local', 'portmap', 'loopback'];

/** The reference plugin bridge with host-local, as kubenet set nodes up. */
export const bridge: Network = {
  name: 'bridge',
  summary: 'reference plugins bridge, host-local, portmap; routes between nodes as kindnet writes them',
  ipam: 'host-local',
  fit: THROUGH_THE_NODE,
  state: { folders: [HOST_LOCAL_FOLDER], links: ['veth'], routes: false, rules: true, maps: false },
  podLinks: { bridge: 'cni0' },
  traced: false,
  process: 'agent',
  netns: { plugins: PLUGINS, programs: [], node: () => ({ conflist: CONFLIST, routes: true }) },
  onKind: { by: 'conflist', plugins: PLUGINS, conflist: CONFLIST, routes: true, daemons: [] },
};
