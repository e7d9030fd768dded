import type { Explanation } from './part.ts';

export const LIMITS = {
  add: {
    title: 'ADD',
    brief: 'the start of a program, wake-ups of processes, JavaScript',
    text: `The kernel's work (the floor below), then the start of one static program, its way to the agent over a unix socket and
back, and the agent's JavaScript; half a dozen times one process wakes another. A reference plugin is two or three starts of a
Go program, settings written one by one in /proc/sys, and looks at what is there already: host-local reads its directory, and
the kernel lists links and routes. That is why it grows with the pods.`,
  },
  tail: {
    title: 'The tail',
    brief: 'the rtnl lock, the scheduler',
    text: `It belongs to the kernel and to the machine. Every change of a link takes the one rtnl lock, and whoever takes links or
namespaces down holds it through RCU grace periods; on few cores the scheduler adds its own milliseconds.`,
  },
  del: {
    title: 'DEL',
    brief: 'the start of a program, wake-ups of processes',
    text: `It answers when the map entry and the address are gone and the release is durable; the link goes later, in a group, and is
timed as cni.del.link_gone. The reference plugins delete the link themselves, and wait for an RCU grace period under the rtnl
lock.`,
  },
  floor: {
    title: 'Over the floor',
    brief: 'the start of a program, wake-ups of processes, JavaScript',
    text: `The floor is one process that has its sockets and sends two batches of netlink messages: no program is started, no address
is looked for, nothing is written. The difference is the start of the plugin, the sockets and JavaScript.`,
  },
  harness: {
    title: 'The runtime',
    brief: 'two turns of event loops',
    text: `A frame over a unix socket to the namespace daemon and back, and turns of two event loops. It is part of every ADD and DEL
shown here, for all networks alike.`,
  },
  flat: {
    title: 'Growth',
    brief: "the kernel's own tables",
    text: `Addresses, indices and map entries are found in constant time, and no list of links is ever read. What is left to grow is
the kernel's own (hash chains of links, the number of namespaces) and the misses of the processor's caches.`,
  },
  api: {
    title: 'Through the API',
    brief: 'JavaScript, then the rtnl lock',
    text: `Processor time: about 8 ms a pod on this machine. Half of it is JavaScript (control plane and the generator's own watch
about 1 ms each, runtime and agent 0.8 ms each), half is the kernel's (a network namespace made and taken down about 2 ms, its
link 0.8 ms, the plugin started twice 0.9 ms). Near that limit the rtnl lock makes it worse: teardown of namespaces holds it
through RCU waits, which take the longer the busier the cores are.`,
  },
  saturation: {
    title: 'The plugin alone',
    brief: 'the rtnl lock, one agent process',
    text: `The rtnl lock with the RCU waits of namespaces that are taken down, then the CPU of one agent and one runtime process. A
closed loop leaves out the waiting it causes: this is a throughput, and says nothing about latency.`,
  },
  memory: {
    title: 'Memory',
    brief: "the kernel's tables of a namespace",
    text: `Most of it is the kernel's: the tables of a network namespace, and a veth with two ends. The rest is the pod's object in the
control plane and in each process that watches it.`,
  },
  up: {
    title: 'Lab up',
    brief: 'starts of Node processes',
    text: `Starts of Node processes that load their sources (compiled code is cached), and the control plane's first answers. Nodes
share agent and runtime processes; each adds two namespaces, a link to the fabric and its announcements.`,
  },
} as const satisfies Record<string, Explanation>;

export type Limit = keyof typeof LIMITS;
