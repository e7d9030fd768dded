/** What limits a figure of this suite. */
export const SERVICES_LIMITS = {
  connect: {
    title: 'A connection',
    brief: 'a lookup in connect(2)',
    text: `The socket is given its backend once, in connect(2): one lookup of the frontend, one of a slot, one of the backend. Packets
are then those of a direct connection.`,
  },
  lookup: {
    title: 'More Services',
    brief: 'misses of the processor’s caches',
    text: `A lookup in a hash map takes the same steps however many entries there are. What can grow is the misses of the processor's
caches, which the few that are dialled keep warm.`,
  },
  iptables: {
    title: 'Chains of rules',
    brief: 'rules passed one after the other',
    text: `The first packet of a connection goes through the rules of all Services until one fits, which for the average Service are half
of them. Later packets are known to connection tracking.`,
  },
  change: {
    title: 'A change',
    brief:
      'the API, the watch, some map entries; with kube-proxy its minSyncPeriod and the size of what it writes',
    text: `Counted from the request, so the API's own time is in it: then the watch, and the map entries that the change touches. kube-proxy
waits for its minSyncPeriod, and writes with a program.`,
  },
  load: {
    title: 'From nothing',
    brief: 'reading JSON',
    text: `Lists of Services and of EndpointSlices are read, then every entry is written. Most of it is the objects.`,
  },
} as const;
export type ServicesLimit = keyof typeof SERVICES_LIMITS;
