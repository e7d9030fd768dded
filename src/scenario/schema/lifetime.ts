import { z } from 'zod';
import { field, positiveDuration, relativeFile } from './leaf.ts';

/** How long a pod lives, from the moment it is ready until its deletion is asked for. */
const mean = () => field(positiveDuration, 'Mean lifetime.', '6s');
const longest = () =>
  field(positiveDuration.optional(), 'Longer draws are cut to this, which lowers the mean a little.', '2m');
const p99 = () => field(positiveDuration, 'One pod in a hundred lives longer than this.', '20s');

const fixed = z.strictObject({
  distribution: field(z.literal('fixed'), 'Every pod lives equally long.'),
  mean: mean(),
});

const exponential = z.strictObject({
  distribution: field(z.literal('exponential'), 'No memory: many short lives, some long.'),
  mean: mean(),
  max: longest(),
});

const lognormal = z.strictObject({
  distribution: field(z.literal('lognormal'), 'What batch jobs look like: given by mean and p99.'),
  mean: mean(),
  p99: p99(),
  max: longest(),
});

const pareto = z.strictObject({
  distribution: field(z.literal('pareto'), 'A heavy tail: a few pods outlive all others.'),
  mean: mean(),
  p99: p99(),
  max: longest(),
});

const trace = z.strictObject({
  distribution: field(z.literal('trace'), 'Lifetimes as recorded somewhere, in the order of arrivals.'),
  file: field(
    relativeFile,
    'Text file beside the scenario: one lifetime per line (`4.2s`); `#` begins a comment.',
    'traces/lifetimes.txt',
  ),
});

export const lifetime = z.union([fixed, exponential, lognormal, pareto, trace]);
