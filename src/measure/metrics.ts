import type { Unit } from '../stats/index.ts';

/** What a metric means: fixed, so that two results can be compared. */
export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  /** What starts the measure; for a level rather than a duration, what is looked at. */
  readonly from: string;
  /** What ends it; empty for a level. */
  readonly to: string;
  /** The finest difference the method can see, in the unit. */
  readonly resolution: number;
  /** Where the stamps come from, and what the resolution depends on. */
  readonly method: string;
  /** Labels that split the metric into series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Several samples per pod or per request: stored in the columnar file instead of JSON lines. */
  readonly highRate?: true;
}

const PLUGIN = { plugin: 'one plugin of a chain; without the label: the whole chain' };
const PROCESS = { process: 'the process: one agent or several, or the kube-proxy of a node' };
const STAMPS =
  'monotonic stamps of the runtime round the plugin process; in a cluster those of the plugin program and of the agent, without start and exit of the process';
const AGENT = 'monotonic stamps of the agent and of the plugin program';
const WATCH = 'schedule against the moment a watch delivers the change';
const TRAFFIC = { phase: 'the phase whose traffic it was' };
const DIALER = 'monotonic stamps of the dialer round its system calls';
const ANSWERS = 'every answer names its backend, which is held against what the API said then';
const MEANS = 'its own histogram, looked at every 5 s: the mean of what happened between two looks';
const PROBER = 'a prober in a pod that dials in a loop with 1 ms pause';

const cni = (verb: string, note = ''): Omit<Metric, 'name'> => ({
  unit: 'ns',
  from: `runtime starts the plugin with ${verb}`,
  to: `result parsed${note}`,
  resolution: 1,
  method: STAMPS,
  labels: PLUGIN,
});
const part = (from: string, to: string): Omit<Metric, 'name'> => ({
  unit: 'ns',
  from,
  to,
  resolution: 1,
  method: AGENT,
  highRate: true,
});
const pod = (to: string): Omit<Metric, 'name'> => ({
  unit: 'ns',
  from: 'the instant the schedule intended the pod to start',
  to,
  resolution: 1,
  method: WATCH,
});

const DEFINITIONS = {
  'cni.add': cni('ADD'),
  'cni.del': cni('DEL'),
  'cni.del.link_gone': {
    unit: 'ns',
    from: 'runtime starts the plugin with DEL',
    to: 'the agent, which looks every 20 ms, no longer finds the link',
    resolution: 20e6,
    method: AGENT,
  },
  'cni.check': cni('CHECK'),
  'cni.gc': cni('GC'),
  'cni.status': cni('STATUS'),
  'cni.add.exec': part('runtime starts the plugin', 'request complete at the agent'),
  'cni.add.queue': part('request complete at the agent', 'work on it begins'),
  'cni.add.ipam': part('work begins', 'address decided'),
  'cni.add.link': part('address decided', 'both ends of the link there'),
  'cni.add.addr': part('link there', 'addresses, routes and neighbours there'),
  'cni.add.map': part('addresses there', 'the datapath knows the endpoint and its host ports'),
  'cni.add.persist': part(
    'all other parts done',
    'the log entry durable: it is written meanwhile, this is the rest of the wait',
  ),
  'cni.add.other': part('whole call', 'less all parts above: the reply, the exit, the parsing'),
  'ipam.allocate': part('allocator called', 'address decided and durable'),
  'ipam.release': part('release called', 'release decided and durable'),
  'ipam.refill': {
    ...part('node lacks addresses of a pool', 'new CIDR of it usable on the node'),
    labels: { pool: 'the pool' },
  },
  'ipam.node_cidr': { ...part('Node exists', 'its CIDR is written'), method: WATCH },
  'ipam.reuse': part('release asked', 'the same capacity handed out again'),
  'ipam.restart': {
    ...part('an allocator starts', 'what is written is taken over, and it can decide'),
    method: 'real time of a simulated restart, on one core',
    labels: { of: '`agent`: the addresses of one node; `operator`: the CIDRs of all nodes' },
  },
  'pod.scheduled': pod('the pod has a node'),
  'pod.sandbox': pod('the pod has its IP'),
  'pod.sandbox.before': {
    ...part('the instant the schedule intended the pod to start', 'the ADD that gave it its IP begins'),
    method: `${WATCH}; ${STAMPS}`,
  },
  'pod.sandbox.network': { ...part('that ADD begins', 'it is answered'), method: STAMPS },
  'pod.sandbox.after': { ...part('that ADD is answered', 'the pod has its IP'), method: WATCH },
  'pod.ready': pod('the pod is Ready'),
  'pod.gone': { ...pod('the pod is gone from the API'), from: 'the instant its lifetime ended' },
  'kubelet.sandbox': {
    ...part('a kubelet asks its runtime for a sandbox', 'it has it'),
    method: `${MEANS} (kubelet_runtime_operations_duration_seconds of run_podsandbox)`,
  },
  'containerd.network': {
    ...part('containerd begins to attach a sandbox', 'all plugins have answered'),
    method: `${MEANS} (containerd_cri_network_plugin_operations_duration_seconds)`,
  },
  'service.allocated': {
    ...part('create asked for', 'answered with its addresses and ports'),
    method: 'monotonic stamps of the runner',
  },
  'service.programmed': {
    unit: 'ns',
    from: 'request for the change of Service or endpoints sent to the API (its answer may come after watchers act on it)',
    to: 'first correct answer through it, from every node',
    resolution: 1e6,
    method: PROBER,
    labels: { node: 'the node that dials' },
  },
  'service.removed': {
    unit: 'ns',
    from: 'endpoint removed in the API',
    to: 'last answer from it',
    resolution: 1e6,
    method: PROBER,
    labels: { node: 'the node that dials' },
  },
  'service.connect': { ...part('connect called', 'connection established'), method: DIALER, labels: TRAFFIC },
  'service.first_connect': {
    ...part('connect called, through a Service that nothing dialled before', 'connection established'),
    method: DIALER,
    labels: TRAFFIC,
  },
  'service.request': { ...part('request sent', 'reply complete'), method: DIALER, labels: TRAFFIC },
  'service.crr_rate': { ...rate('connects, requests and closes, finished per second'), labels: TRAFFIC },
  'service.rr_rate': { ...rate('requests answered per second on open connections'), labels: TRAFFIC },
  'service.throughput': {
    ...rate('bytes of payload received per second'),
    unit: 'bytes/s',
    labels: TRAFFIC,
  },
  'service.errors': {
    ...level('ratio', 'requests that failed, of all in the phase', 0.001, 'counted by the dialer'),
    labels: TRAFFIC,
  },
  'service.stale': {
    ...level(
      'count',
      'answers on new connections from a backend whose removal the API had accepted before',
      1,
      ANSWERS,
    ),
    labels: TRAFFIC,
  },
  'service.misrouted': {
    ...level('count', 'answers from a backend that never belonged to the address', 1, ANSWERS),
    labels: TRAFFIC,
  },
  'proxy.sync': {
    ...part('kube-proxy begins to write its rules', 'rules written'),
    method: 'its own histogram, looked at once a second: the mean of the syncs between two looks',
  },
  'agent.cpu': {
    ...level(
      'cores',
      'CPU time of an agent or a kube-proxy, with what it executed, over wall time, once a second',
      0.01,
      '/proc/PID/stat',
    ),
    labels: PROCESS,
  },
  'agent.rss': {
    ...level('bytes', 'resident memory of an agent or a kube-proxy, once a second', 4096, '/proc/PID/status'),
    labels: PROCESS,
  },
  'map.pressure': level(
    'ratio',
    'entries of the fullest map over its capacity',
    0.001,
    'counted by the agent',
  ),
  'harness.lag': {
    ...part('the instant the schedule intended', 'the generator began the operation'),
    method: 'monotonic stamps of the generator',
  },
  'harness.exec': {
    ...part('runtime starts a plugin that does nothing', 'result parsed'),
    method: STAMPS,
  },
  'harness.overhead': {
    ...part('the same', 'less what the program in C that starts it clocked round it'),
    method: 'difference of two pairs of monotonic stamps',
  },
  'sim.allocations': {
    ...rate('allocations that the allocators of a simulation make in a second of their own time'),
    method:
      'one in 256 is clocked, the clock taken off, interruptions (garbage collection) left out; over each thousand nodes',
  },
  'sim.pods': {
    ...rate('lives of pods simulated in a second of real time'),
    method: 'counted over each thousand nodes',
  },
  'sim.memory': level('bytes', 'resident memory of the simulation', 4096, 'read after each thousand nodes'),
} as const satisfies Record<string, Omit<Metric, 'name'>>;

function rate(from: string): Omit<Metric, 'name'> {
  return {
    unit: '1/s',
    from,
    to: '',
    resolution: 1,
    method: 'counted in each second of a batch, or over all of a shorter one',
  };
}

function level(unit: Unit, from: string, resolution: number, method: string): Omit<Metric, 'name'> {
  return { unit, from, to: '', resolution, method };
}

export type MetricName = keyof typeof DEFINITIONS;

/** Every metric there is, in the order of reports. */
export const METRICS: ReadonlyMap<MetricName, Metric> = new Map(
  Object.entries(DEFINITIONS).map(([name, definition]) => [name as MetricName, { name, ...definition }]),
);

/** The parts of cni.add; they add up to it. */
export const CNI_ADD_PARTS = ['exec', 'queue', 'ipam', 'link', 'addr', 'map', 'persist', 'other'] as const;
export type CniAddPart = (typeof CNI_ADD_PARTS)[number];

export function isMetricName(name: string): name is MetricName {
  return METRICS.has(name as MetricName);
}

/** The definition of a metric. */
export function metric(name: MetricName): Metric {
  return METRICS.get(name)!;
}
