import { z } from 'zod';
import { field, positiveDuration, rate, whole } from './leaf.ts';
import { backgroundTraffic } from './traffic.ts';

const A_NODE = 'the name of a node, such as `n2`';
const NODES = '`all`, or a list of nodes such as `[n1]`';

/** Pods of the run's own that answer for Services: made before the first phase, gone after the last. */
const backends = z.strictObject({
  pods: field(
    whole(1, 1000).default(20),
    'How many pods there are to choose from; several Services share one.',
    20,
  ),
});

const probes = z.strictObject({
  every: field(
    positiveDuration.prefault('1ms'),
    'A new attempt each time: the grain of what is measured.',
    '1ms',
  ),
  nodes: field(
    z
      .union([z.literal('all'), z.array(z.string(A_NODE).regex(/^n[1-9]\d*$/, A_NODE)).min(1, NODES)], NODES)
      .default('all'),
    'From which nodes; on each it is a pod that dials.',
    ['n1', 'n2'],
  ),
  services: field(
    whole(1, 100_000).default(100),
    'How many of the phase’s Services are probed, spread evenly over their arrivals. A probe costs about a thousand connections a second.',
    100,
  ),
});

/** Endpoints of living Services that are replaced while a phase lasts. */
export const endpointChanges = field(
  rate.optional(),
  'Endpoints replaced a second, one at a time: a living Service by chance loses a backend and gets another in one write. Where Services have `probes` it is one of those, and probed.',
  '10/s',
);

export const serviceFields = {
  type: field(z.enum(['ClusterIP', 'NodePort']).default('ClusterIP'), 'The type of the Services.'),
  endpoints: field(
    whole(0, 1000).default(0),
    'Backends of each Service, written as EndpointSlices: pods that answer.',
    5,
  ),
  backends: field(backends.prefault({}), 'The pods that Services have as backends.', { pods: 20 }),
  protocol: field(z.enum(['TCP', 'UDP']).default('TCP'), 'The protocol of their one port.'),
  affinity: field(
    z.literal('ClientIP').optional(),
    'Session affinity: a client keeps its backend as long as that is there.',
  ),
  probes: field(
    probes.optional(),
    'Measures from when on Services answer on every node, and until when removed endpoints do.',
    { every: '1ms', nodes: 'all' },
  ),
  endpointChanges,
  traffic: field(
    backgroundTraffic.optional(),
    'Connections while the phase lasts, through Services of earlier phases: a quarter of each second, so that they do not take the machine from what arrives.',
    { kind: 'crr' },
  ),
};
