/** What limits a figure of this suite. */
export const IPAM_LIMITS = {
  memory: {
    title: 'In memory',
    brief: 'allocation of objects, cache misses',
    text: `A bitmap with a summary above each 32 words finds the next free address in a handful of steps, and maps find an owner or an
address: no step more with more addresses. What grows in memory alone is the misses of the processor's caches, from a quarter of
a microsecond with ten addresses to one or two with sixty thousand.`,
  },
  durable: {
    title: 'Until it is durable',
    brief: 'one write',
    text: `Records that come while a write is under way share the next one. In memory (tmpfs, where a node's /run is) a write is made at
once; on a disk it is one O_DSYNC write on libuv's pool.`,
  },
  reuse: {
    title: 'Release to reuse',
    brief: 'the start of a program, the rtnl lock',
    text: `The start of the plugin for DEL, its map entry and its log entry; then the ADD that waits is served at once and makes its link.`,
  },
  freed: {
    title: 'Node CIDR freed',
    brief: 'two turns through the API; with range, multi-range and kcm the backoff of the node that waits',
    text: `Our cluster pool serves the node that has waited the longest as soon as it sees the deletion: two watches and one write.
kube-controller-manager, and our modes that decide as it does, wake nobody: the waiting node comes back by its own backoff,
which doubles from 5 ms, so after 200 ms of waiting the next try is up to that much away, and after minutes minutes.`,
  },
  crowd: {
    title: 'Nodes at once',
    brief: 'the API, one process',
    text: `Creating the objects, and for each one write of its CIDR: the control plane's JavaScript.`,
  },
  sim: {
    title: 'Simulation',
    brief: 'the garbage collector',
    text: `Nodes are simulated one after the other for as long as nothing concerns two of them, so that what one needs stays in the
processor's caches. A third of the time is the garbage collector's, which is kept from taking all memory there is.`,
  },
} as const;

export type IpamLimit = keyof typeof IPAM_LIMITS;
