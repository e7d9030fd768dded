/** What a metric is counted in: it decides which limits a gate may set. */
export type MetricUnit = 'ns' | 'per-second' | 'bytes' | 'share';

/** A metric that a gate can name. `about` completes "the time …" or stands for itself. */
export interface MetricInfo {
  readonly unit: MetricUnit;
  readonly about: string;
}

const time = (about: string): MetricInfo => ({ unit: 'ns', about });

const PARTS = ['exec', 'queue', 'ipam', 'link', 'addr', 'map', 'persist'] as const;
const PART_OF_ADD: Readonly<Record<(typeof PARTS)[number], string>> = {
  exec: 'starting the plugin process',
  queue: 'waiting for the agent to begin',
  ipam: 'finding an address',
  link: 'creating the interface pair',
  addr: 'setting addresses and routes',
  map: 'writing the endpoint into the BPF map',
  persist: 'making the allocation durable',
};

/** Every metric, by name; what each is clocked from and to is in docs/metrics.md. */
export const METRICS: Readonly<Record<string, MetricInfo>> = {
  'cni.add': time('a CNI ADD takes, from starting the plugin to its parsed result'),
  ...Object.fromEntries(
    PARTS.map((part) => [`cni.add.${part}`, time(`of a CNI ADD that goes into ${PART_OF_ADD[part]}`)]),
  ),
  'cni.del': time('a CNI DEL takes, from starting the plugin to its answer'),
  'cni.del.link_gone': time('from a CNI DEL until the interface is gone'),
  'cni.check': time('a CNI CHECK takes'),
  'cni.gc': time('a CNI GC takes'),
  'cni.status': time('a CNI STATUS takes'),
  'ipam.allocate': time('the allocator takes to hand out an address, durably'),
  'ipam.release': time('the allocator takes to take an address back, durably'),
  'ipam.refill': time('from a node asking for more addresses until it can use them'),
  'ipam.node_cidr': time("from a node's creation until its CIDR is written"),
  'ipam.reuse': time('from an address being released until it is handed out again'),
  'pod.scheduled': time("from a pod's intended start until it has a node"),
  'pod.sandbox': time("from a pod's intended start until it has its IP"),
  'pod.ready': time("from a pod's intended start until it is ready"),
  'pod.gone': time('from the intended end of a pod until it is gone'),
  'service.programmed': time('from a change of a Service until the first right answer, on every node'),
  'service.removed': time('from the removal of an endpoint until its last answer'),
  'service.connect': time('a new connection through a Service takes'),
  'service.request': time('a request through a Service takes'),
  'service.crr_rate': { unit: 'per-second', about: 'connections made, used once and closed' },
  'service.rr_rate': { unit: 'per-second', about: 'requests on standing connections' },
  'service.throughput': { unit: 'bytes', about: 'bytes a second through a Service' },
  'proxy.sync': time('the service proxy takes to write its rules'),
  'agent.cpu': { unit: 'share', about: 'of one CPU used by an agent' },
  'agent.rss': { unit: 'bytes', about: 'memory of an agent' },
  'map.pressure': { unit: 'share', about: 'of the BPF maps in use' },
};
