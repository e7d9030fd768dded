import { createHash } from 'node:crypto';
import path from 'node:path';
import { cacheDirectory } from '../setup/index.ts';

/** Where the private daemon keeps what. One for the whole user: images outlive clones of this repository. */
export interface DaemonPaths {
  readonly home: string;
  /** Images and containers. */
  readonly data: string;
  /** Sockets and namespaces of what runs; worth nothing after a reboot. */
  readonly run: string;
  readonly socket: string;
  readonly pid: string;
  readonly config: string;
  readonly log: string;
  readonly lock: string;
  /** Who works with it: see users.ts. */
  readonly users: string;
  /** What of the machine was not there before: see host-traces.ts. */
  readonly traces: string;
  /** The parent of all cgroups of its containers, below the root of each hierarchy; another daemon has another. */
  readonly cgroup: string;
}

export function daemonPaths(home = path.join(cacheDirectory(), 'docker')): DaemonPaths {
  const at = (name: string) => path.join(home, name);
  return {
    home,
    data: at('data'),
    run: at('run'),
    socket: at('docker.sock'),
    pid: at('docker.pid'),
    config: at('daemon.json'),
    log: at('dockerd.log'),
    lock: at('lock'),
    users: at('users'),
    traces: at('traces.json'),
    cgroup: `churnlab-docker-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`,
  };
}
