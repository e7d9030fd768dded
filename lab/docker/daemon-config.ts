import type { DaemonPaths } from './daemon-paths.ts';

/** The name of the runtime in front of runc, where the machine needs one. */
const RUNTIME = 'churnlab-runc';

/**
 * A daemon that leaves the machine alone: no bridge of its own, no rule in any filter, no forwarding. Containers of one
 * network reach each other and nothing else. https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
 *
 * @param runtime program in front of runc; without one runc itself is used
 */
export function daemonConfig(paths: DaemonPaths, runtime?: string): Record<string, unknown> {
  return {
    'data-root': paths.data,
    'exec-root': paths.run,
    pidfile: paths.pid,
    hosts: [`unix://${paths.socket}`],
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    // Docker takes the first that overlaps no route of the machine.
    'default-address-pools': [
      { base: '172.29.0.0/16', size: 24 },
      { base: '10.213.0.0/16', size: 24 },
    ],
    // The container's own loopback, where nobody listens: names of the outside fail at once, and no query leaves.
    dns: ['127.0.0.1'],
    'cgroup-parent': `/${paths.cgroup}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'log-opts': { 'max-size': '20m', 'max-file': '2' },
    'shutdown-timeout': 10,
    ...(runtime && { 'default-runtime': RUNTIME, runtimes: { [RUNTIME]: { path: runtime } } }),
  };
}
