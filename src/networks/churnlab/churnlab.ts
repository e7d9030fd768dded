import { EVERYTHING } from '../fits.ts';
import type { Network } from '../network.ts';

/** Ours: the agent attaches pods itself, in one plugin. */
export const churnlab: Network = {
  name: 'churnlab',
  summary: 'our own: one plugin, an agent with eBPF; direct routes or VXLAN',
  ipam: 'agent',
  fit: EVERYTHING,
  state: { folders: [], links: ['veth'], routes: false, rules: true, maps: true },
  podLinks: { prefix: 'lxc' },
  traced: true,
  process: 'agent',
  netns: { plugins: [], programs: [], node: () => 'agent' },
  onKind: {
    by: 'chart',
    daemons: [{ name: 'agent', pods: 'app.kubernetes.io/name=churnlab,app.kubernetes.io/component=agent' }],
  },
};
