import { z } from 'zod';
import { field, positiveDuration, rate, relativeFile, whole } from './leaf.ts';

/** `first`: one connection to each of several Services that nothing has dialled yet. */
const KINDS = ['crr', 'rr', 'stream', 'udp', 'http', 'first'] as const;
const VIAS = ['service', 'direct', 'nodeport', 'pod'] as const;
const TO = ['other-node', 'same-node'] as const;
const FROMS = ['pod', 'node', 'outside'] as const;

const dialled = {
  kind: field(
    z.enum(KINDS),
    'One request: `crr` connects, asks and closes; `rr` asks on an open connection; `stream` receives bytes; `udp` is a datagram from a new socket and its answer; `http` a GET; `first` is one `crr` to each of `services` that nothing has dialled before.',
  ),
  via: field(
    z.enum(VIAS).default('service'),
    'What is dialled: addresses of Services, their backends themselves (those of other nodes first), or ports on nodes. In a lab with services `none` there is only `direct`, and all three mean it. `pod`: a pod that answers, without any Service.',
  ),
  to: field(
    z.enum(TO).optional(),
    'With `via: pod`: where the pod is that is dialled, seen from n1. Left out: `other-node`.',
    'same-node',
  ),
  from: field(
    z.enum(FROMS).default('pod'),
    'A pod on n1, the node n1 itself, or a host outside the cluster (for `nodeport`).',
  ),
  services: field(
    whole(1, 100_000).default(1),
    'How many of the living Services are dialled, in turn: those that came first, with `first` those that came last.',
    10,
  ),
  connections: field(whole(1, 1000).default(1), 'How many connections are made side by side.', 4),
};

/** What is dialled while something else goes on; it ends with the phase. */
export const backgroundTraffic = z.strictObject(dialled);

export const traffic = z.strictObject({
  ...dialled,
  for: field(positiveDuration.optional(), 'How long. Either this or `count`.', '10s'),
  count: field(whole(1, 100_000_000).optional(), 'How many requests. Either this or `for`.', 20_000),
  rate: field(
    rate.optional(),
    'Requests begun a second, on schedule whatever became of the ones before (open loop, by k6). Left out: each follows the one before.',
    '500/s',
  ),
  script: field(
    relativeFile.optional(),
    'A k6 script that dials instead, beside the scenario; it finds `to`, `from`, `duration` and the rest as `podnet.params`.',
    'k6/crr.ts',
  ),
});
