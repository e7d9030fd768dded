import { z } from 'zod';
import { arrivals } from './arrivals.ts';
import { poolName } from './ipam.ts';
import { field, label, percentage, positiveDuration, whole } from './leaf.ts';
import { lifetime } from './lifetime.ts';
import { release } from './release.ts';
import { endpointChanges, serviceFields } from './services.ts';
import { traffic } from './traffic.ts';

/** What arrives is named `<phase>-000001`. */
const MAX_PHASE_NAME = 40;
/** The name that the schema gives a meaning of its own. */
export const DRAIN = 'drain';

const MODE =
  '`open`: they arrive by the clock, whether or not earlier ones are ready. `closed`: the next one starts when one is done.';

const named = {
  name: field(
    label(MAX_PHASE_NAME).regex(
      /^(?!drain$)/,
      'a name other than `drain`, which is the phase without arrivals',
    ),
    'Name of the phase, once per scenario; what arrives is named `<phase>-000001`.',
    'churn',
  ),
};
const life = {
  lifetime: field(
    lifetime.optional(),
    'How long each lives once it is ready. Left out: until it is released or drained.',
  ),
  deadline: field(
    positiveDuration.prefault('10s'),
    'What is not ready by then has failed; a failure counts as at least this long.',
    '10s',
  ),
  maxAlive: field(
    whole(1, 1_000_000).optional(),
    'An arrival that finds this many alive is dropped, and counted as dropped: it is never delayed.',
    5000,
  ),
  release: field(release.optional(), 'Gives back some of what earlier phases brought.'),
};
const byClock = {
  mode: field(z.literal('open').default('open'), MODE),
  arrivals: field(arrivals, 'When they arrive.'),
};
const placed = {
  on: field(
    z
      .array(
        z.string('the name of a node, such as `n2`').regex(/^n[1-9]\d*$/, 'the name of a node, such as `n2`'),
        'a list of nodes',
      )
      .min(1, 'at least one node')
      .optional(),
    'Only on these nodes. Left out: on all.',
    ['n1'],
  ),
  pools: field(
    z
      .record(poolName, whole(1, 1_000_000), 'pools with their weights')
      .refine((weights) => Object.keys(weights).length > 0, 'at least one pool')
      .optional(),
    'Mode `multi-pool`: which pools the pods ask for, with weights (annotation `churnlab.dev/ip-pool`). Left out: they ask for none.',
    { small: 60, large: 40 },
  ),
};
const pods = field(whole(1, 10_000_000), 'How many pods arrive in this phase, in total.', 20_000);

const openPods = z.strictObject({ ...named, pods, ...byClock, ...life, ...placed });
const fillPods = z.strictObject({
  ...named,
  fill: field(
    percentage,
    'Instead of `pods`: as many as bring the living ones to this share of all pod addresses of the nodes.',
    '90%',
  ),
  ...byClock,
  ...life,
  ...placed,
});
const closedPods = z.strictObject({
  ...named,
  pods,
  mode: field(z.literal('closed'), MODE),
  inFlight: field(
    whole(1, 100_000),
    'Mode `closed` only: pods that are being started at the same time. Latencies of a closed loop leave out the waiting it causes: use it for throughput.',
    8,
  ),
  ...life,
  ...placed,
});
const openNodes = z.strictObject({
  ...named,
  nodes: field(
    whole(1, 100_000),
    'Instead of `pods`: hollow Nodes, which are objects of the API without an agent. Each is ready when it has its CIDR.',
    20,
  ),
  ...byClock,
  ...life,
});
const services = field(
  whole(1, 100_000),
  'Instead of `pods`: Services. Each is ready when the API has given it its addresses and ports, and has its endpoints.',
  2000,
);
const openServices = z.strictObject({ ...named, services, ...serviceFields, ...byClock, ...life });
const closedServices = z.strictObject({
  ...named,
  services,
  ...serviceFields,
  mode: field(z.literal('closed'), MODE),
  inFlight: field(
    whole(1, 100_000),
    'Mode `closed` only: Services that are being made at the same time.',
    16,
  ),
  ...life,
});

const trafficOnly = z.strictObject({
  ...named,
  traffic: field(
    traffic,
    'Instead of `pods`: connections, through Services of earlier phases. Nothing arrives.',
    { kind: 'crr', for: '10s' },
  ),
  endpointChanges,
  deadline: field(
    positiveDuration.prefault('1s'),
    'The longest wait for a connection and for an answer; a failure counts as at least this long.',
    '1s',
  ),
});

const drain = z.strictObject({
  name: field(
    z.literal(DRAIN),
    'The last phase: whatever still lives is deleted, then the lab must be as empty as before.',
  ),
  deadline: field(positiveDuration.prefault('60s'), 'What is left by then counts as leaked.', '60s'),
});

const ARRIVING = { kind: 'churn' } as const;

export const phase = z.union([
  openPods.transform(({ pods: count, ...rest }) => ({
    ...ARRIVING,
    subject: 'pod' as const,
    count,
    ...rest,
  })),
  fillPods.transform((fields) => ({ ...ARRIVING, subject: 'pod' as const, ...fields })),
  closedPods.transform(({ pods: count, ...rest }) => ({
    ...ARRIVING,
    subject: 'pod' as const,
    count,
    ...rest,
  })),
  openNodes.transform(({ nodes: count, ...rest }) => ({
    ...ARRIVING,
    subject: 'node' as const,
    count,
    ...rest,
  })),
  openServices.transform(({ services: count, ...rest }) => ({
    ...ARRIVING,
    subject: 'service' as const,
    count,
    ...rest,
  })),
  closedServices.transform(({ services: count, ...rest }) => ({
    ...ARRIVING,
    subject: 'service' as const,
    count,
    ...rest,
  })),
  trafficOnly.transform((fields) => ({ kind: 'traffic' as const, ...fields })),
  drain.transform((fields) => ({ kind: 'drain' as const, ...fields })),
]);
