import { z } from 'zod';
import { arrivals } from './arrivals.ts';
import { field, label, positiveDuration, whole } from './leaf.ts';
import { lifetime } from './lifetime.ts';

/** Pods are named `<phase>-000001`. */
const MAX_PHASE_NAME = 40;
/** The name that the schema gives a meaning of its own. */
export const DRAIN = 'drain';

const churnName = () =>
  field(
    label(MAX_PHASE_NAME).regex(
      /^(?!drain$)/,
      'a name other than `drain`, which is the phase without arrivals',
    ),
    'Name of the phase, once per scenario; pods are named `<phase>-000001`.',
    'churn',
  );
const pods = () => field(whole(1, 10_000_000), 'How many pods arrive in this phase, in total.', 20_000);
const deadline = () =>
  field(
    positiveDuration.prefault('10s'),
    'A pod that is not ready by then has failed; a failure counts as at least this long.',
    '10s',
  );
const maxAlive = () =>
  field(
    whole(1, 1_000_000).optional(),
    'An arrival that finds this many pods alive is dropped, and counted as dropped: it is never delayed.',
    5000,
  );

const open = z.strictObject({
  name: churnName(),
  mode: field(
    z.literal('open').default('open'),
    '`open`: pods arrive by the clock, whether or not earlier ones are ready. `closed`: the next one starts when one is done.',
  ),
  pods: pods(),
  arrivals: field(arrivals, 'When pods arrive.'),
  lifetime: field(lifetime, 'How long a pod lives once it is ready.'),
  deadline: deadline(),
  maxAlive: maxAlive(),
});

const closed = z.strictObject({
  name: churnName(),
  mode: field(z.literal('closed'), 'The next pod is started when one is ready or has failed.'),
  pods: pods(),
  inFlight: field(
    whole(1, 100_000),
    'Mode `closed` only: pods that are being started at the same time. Latencies of a closed loop leave out the waiting it causes: use it for throughput.',
    8,
  ),
  lifetime: field(lifetime, 'How long a pod lives once it is ready.'),
  deadline: deadline(),
  maxAlive: maxAlive(),
});

const drain = z.strictObject({
  name: field(
    z.literal(DRAIN),
    'The last phase: whatever still lives is deleted, then the lab must be as empty as before.',
  ),
  deadline: field(positiveDuration.prefault('60s'), 'What is left by then counts as leaked.', '60s'),
});

export const phase = z.union([
  open.transform((fields) => ({ kind: 'churn' as const, ...fields })),
  closed.transform((fields) => ({ kind: 'churn' as const, ...fields })),
  drain.transform((fields) => ({ kind: 'drain' as const, ...fields })),
]);
