/** What limits a figure: known from profiles and from the kernel's source. */
interface Explanation {
  readonly title: string;
  /** Beside the figure. */
  readonly brief: string;
  readonly text: string;
}

export const LIMITS = {
  add: {
    title: 'ADD',
    brief: 'the start of a program, a durable write, JavaScript',
    text: `The kernel's work (the floor below), then the start of one static program, its way to the agent over a unix socket, a
write to the log that is durable before the answer, and the agent's JavaScript. A reference plugin is two or three starts of a
Go program, a link that is moved between namespaces instead of made in place, settings written one by one in /proc/sys, and
looks at what is there already: host-local reads its directory, and the kernel lists links and routes. That is why it grows
with the pods.`,
  },
  tail: {
    title: 'The tail',
    brief: 'the rtnl lock, the scheduler',
    text: `It belongs to the kernel and to the machine. Every change of a link takes the one rtnl lock, and whoever takes links or
namespaces down holds it through RCU grace periods; on few cores the scheduler adds its own milliseconds.`,
  },
  del: {
    title: 'DEL',
    brief: 'the start of a program, a durable write',
    text: `It answers when the map entry and the address are gone and the release is durable; the link goes later, in a group, and is
timed as cni.del.link_gone. The reference plugins delete the link themselves, and wait for an RCU grace period under the rtnl
lock.`,
  },
  floor: {
    title: 'Over the floor',
    brief: 'the start of a program, a durable write, JavaScript',
    text: `The floor is one process that has its sockets and sends two batches of netlink messages: no program is started, no address
is looked for, nothing is written. The difference is the start of the plugin, the socket, the log and JavaScript.`,
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
    text: `About 5 ms of CPU a pod in JavaScript, over control plane, scheduler, runtime, agent and the generator's own watch: two cores
are used up below 400 pods a second. After that the rtnl lock: teardown of namespaces holds it through RCU waits, and every ADD
has to get it.`,
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
