import type { NodeConflist } from '../../agent/index.ts';
import { THROUGH_THE_NODE } from '../fits.ts';
import { CNI_VERSION, HOST_LOCAL, HOST_LOCAL_FOLDER, PORTMAP } from '../host-local.ts';
import type { Network } from '../network.ts';

/** Far above what a pod gets through one core: what counts is that the plugin makes its queues and its link. */
const BITS_PER_SECOND = 10_000_000_000;
const BURST_BITS = 2_147_483_647;

const CONFLIST: NodeConflist = {
  cniVersion: CNI_VERSION,
  name: 'chain',
  plugins: [
    { type: 'ptp', ipMasq: false, mtu: 1500, ipam: HOST_LOCAL },
    PORTMAP,
    {
      type: 'bandwidth',
      capabilities: { bandwidth: true },
      ingressRate: BITS_PER_SECOND,
      ingressBurst: BURST_BITS,
      egressRate: BITS_PER_SECOND,
      egressBurst: BURST_BITS,
    },
    { type: 'tuning', sysctl: { 'net.core.somaxconn': '4096' } },
    { type: 'firewall', backend: 'iptables' },
  ],
};

const PLUGINS = ['ptp', 'host-local', 'portmap', 'bandwidth', 'tuning', 'firewall', 'loopback'];

/** What a cluster has whose administrator took all that there was: ptp and four plugins behind it. */
export const chain: Network = {
  name: 'chain',
  summary: 'reference plugins ptp, host-local, then portmap, bandwidth, tuning, firewall in a chain',
  ipam: 'host-local',
  fit: THROUGH_THE_NODE,
  state: { folders: [HOST_LOCAL_FOLDER], links: ['veth', 'ifb'], routes: true, rules: true, maps: false },
  podLinks: { prefix: 'veth' },
  traced: false,
  process: 'agent',
  netns: {
    plugins: PLUGINS,
    programs: [],
    node: () => ({ conflist: CONFLIST, routes: true }),
  },
  onKind: { by: 'conflist', plugins: PLUGINS, conflist: CONFLIST, routes: true, daemons: [] },
};
