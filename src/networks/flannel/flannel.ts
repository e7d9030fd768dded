import type { LabSpec } from '../../scenario/index.ts';
import { THROUGH_THE_NODE } from '../fits.ts';
import { HOST_LOCAL_FOLDER } from '../host-local.ts';
import type { NetnsNode, Network, NodeDaemon } from '../network.ts';
import { CONFLIST, netConf } from './configuration.ts';
import { FLANNEL_NAMESPACE, FLANNEL_PODS, kubeFlannel } from './manifest.ts';

/** The flannel plugin gives its work to bridge, and that to host-local. */
const PLUGINS = ['flannel', 'bridge', 'host-local', 'portmap', 'loopback'];
/** Configurations that the plugin has handed on, by container: DEL needs them. */
const DELEGATES = 'var/lib/cni/flannel';
const FOLDERS = [HOST_LOCAL_FOLDER, DELEGATES];
/** /etc is the machine's own in a netns lab, /run is the node's. */
const NET_CONF = 'run/kube-flannel/net-conf.json';

function daemon(lab: LabSpec, { name, ips }: NetnsNode, kubeconfig: string): NodeDaemon {
  const six = ips.find((ip) => ip.includes(':'));
  return {
    name: 'flanneld',
    program: 'flanneld',
    files: { [NET_CONF]: JSON.stringify(netConf(lab)) },
    args: [
      '--ip-masq',
      '--kube-subnet-mgr',
      `--kubeconfig-file=${kubeconfig}`,
      `--net-config-path=/${NET_CONF}`,
      '--iface=eth0',
      ...(six === undefined || lab.ipFamily === 'ipv4' ? [] : [`--public-ipv6=${six}`]),
    ],
    env: { NODE_NAME: name },
    readyFile: 'run/flannel/subnet.env',
  };
}

/** Flannel as it is installed everywhere: flanneld on each node, its plugin, bridge and host-local behind that. */
export const flannel: Network = {
  name: 'flannel',
  summary: 'flanneld on each node; routing vxlan is its back end vxlan, direct is host-gw',
  ipam: 'host-local',
  fit: {
    ...THROUGH_THE_NODE,
    routings: ['direct', 'vxlan'],
    families: ['ipv4', 'dual'],
    // Its subnet manager reads Node.spec.podCIDRs, and it has one network a family.
    ipamModes: ['range', 'kcm'],
  },
  state: { folders: FOLDERS, links: ['veth'], routes: false, rules: true, maps: false },
  podLinks: { bridge: 'cni0' },
  traced: false,
  process: 'flanneld',
  netns: {
    plugins: PLUGINS,
    programs: ['flanneld'],
    node: () => ({ conflist: CONFLIST, routes: false }),
    daemon,
  },
  onKind: {
    by: 'conflist',
    plugins: PLUGINS,
    conflist: CONFLIST,
    routes: false,
    manifest: { image: 'flanneld', objects: kubeFlannel },
    daemons: [{ name: 'flanneld', namespace: FLANNEL_NAMESPACE, pods: FLANNEL_PODS }],
  },
};
