import type { NodeConflist } from '../../agent/index.ts';
import { THROUGH_THE_NODE } from '../fits.ts';
import { CNI_VERSION, HOST_LOCAL, HOST_LOCAL_FOLDER, PORTMAP } from '../host-local.ts';
import type { Network } from '../network.ts';

const CONFLIST: NodeConflist = {
  cniVersion: CNI_VERSION,
  name: 'ptp',
  plugins: [{ type: 'ptp', ipMasq: false, mtu: 1500, ipam: HOST_LOCAL }, PORTMAP],
};
const PLUGINS = ['ptp', 'host-local', 'portmap', 'loopback'];

/** The reference plugin ptp with host-local, as kindnet sets nodes up. */
export const ptp: Network = {
  name: 'ptp',
  summary: 'reference plugins ptp, host-local, portmap; routes between nodes as kindnet writes them',
  ipam: 'host-local',
  fit: THROUGH_THE_NODE,
  state: { folders: [HOST_LOCAL_FOLDER], links: ['veth'], routes: true, rules: true, maps: false },
  podLinks: { prefix: 'veth' },
  traced: false,
  process: 'agent',
  netns: { plugins: PLUGINS, programs: [], node: () => ({ conflist: CONFLIST, routes: true }) },
  onKind: { by: 'conflist', plugins: PLUGINS, conflist: CONFLIST, routes: true, daemons: [] },
};
