import type { TrafficHost } from '../traffic/index.ts';

const PREFIX = 'uncovered:';
/** Its dialer is in a cgroup of its own, which has no programs. */
const OUTSIDE = 'outside';

/** The same pod, dialled from by sockets that are not in its node's cgroup. */
export function uncovered(pod: string): string {
  return PREFIX + pod;
}

/** A host that knows {@link uncovered} places as well. */
export function withUncovered(host: TrafficHost): TrafficHost {
  return {
    ...host,
    find: async (target) =>
      target.startsWith(PREFIX)
        ? { ...(await host.find(target.slice(PREFIX.length))), node: OUTSIDE }
        : await host.find(target),
  };
}
