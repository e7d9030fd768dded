import { z } from 'zod';
import { field, positiveDuration, rate, rateOrZero, relativeFile, whole } from './leaf.ts';

/**
 * When pods are asked for. All but `poisson` and the on/off form of `bursty` are without chance.
 * The formulas are in src/scenario/load/arrivals.ts and docs/scenarios.md.
 */
const constant = z.strictObject({
  process: field(z.literal('constant'), 'Evenly spaced: arrival i comes at i / rate.'),
  rate: field(rate, 'Arrivals per second, minute or hour.', '300/s'),
});

const poisson = z.strictObject({
  process: field(z.literal('poisson'), 'Independent arrivals: exponential gaps with mean 1 / rate.'),
  rate: field(rate, 'Mean arrivals per second, minute or hour.', '300/s'),
});

const bursts = z.strictObject({
  process: field(
    z.literal('bursty'),
    'Bursts. With `size` and `every`: that many at one instant, again and again. With `rate`, `on` and `off`: a Poisson process that a two-state Markov chain turns on and off.',
  ),
  size: field(whole(1, 1_000_000), 'Pods that arrive at the same instant.', 50),
  every: field(positiveDuration, 'Time from one burst to the next.', '2s'),
});

const onOff = z.strictObject({
  process: z.literal('bursty'),
  rate: field(rate, 'Mean arrivals per second while it is on.', '600/s'),
  on: field(positiveDuration, 'Mean time on (exponential).', '2s'),
  off: field(positiveDuration, 'Mean time off (exponential).', '5s'),
});

const ramp = z.strictObject({
  process: field(z.literal('ramp'), 'The rate grows (or falls) linearly, then stays.'),
  from: field(rateOrZero, 'Rate at the beginning.', '10/s'),
  to: field(rate, 'Rate at the end and after it.', '500/s'),
  over: field(positiveDuration, 'How long the rate takes from `from` to `to`.', '60s'),
});

const step = z.strictObject({
  process: field(z.literal('step'), 'One rate after another.'),
  steps: field(
    z
      .array(
        z.strictObject({
          rate: field(rateOrZero, 'Rate of this step; `0/s` is a pause.', '100/s'),
          for: field(positiveDuration, 'How long it lasts.', '30s'),
        }),
        'a list of steps, such as `[{ rate: 100/s, for: 30s }]`',
      )
      .min(1, 'at least one step, such as `{ rate: 100/s, for: 30s }`'),
    'The steps in order.',
  ),
});

const trace = z.strictObject({
  process: field(z.literal('trace'), 'Arrivals as recorded somewhere.'),
  file: field(
    relativeFile,
    'Text file beside the scenario: one offset from the start of the phase per line (`1.25s`), in order; `#` begins a comment.',
    'traces/morning.txt',
  ),
});

export const arrivals = z.union([constant, poisson, bursts, onOff, ramp, step, trace]);
