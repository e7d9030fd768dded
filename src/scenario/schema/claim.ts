import { z } from 'zod';
import { field, text } from './leaf.ts';

const QUANTILES = ['mean', 'p50', 'p90', 'p99', 'max'] as const;
const AXES = ['serviceCount', 'nodes', 'zones'] as const;
const value = z.union([z.string(), z.number()], 'a value of the axis');
const cells = z.record(z.string(), value, 'axes of the matrix with their values');
const number = z.number('a number');
const model = z.enum(['constant', 'log', 'linear', 'power']);

const measured = {
  phase: field(text.optional(), 'Only what this phase’s `traffic` measured.', 'crr'),
  quantile: field(z.enum(QUANTILES).default('p50'), 'Which value of the distribution.'),
};

/** What grows, and along which axis of the matrix. */
export const growthSubject = {
  growth: field(text, 'The metric whose growth decides.', 'service.connect'),
  ...measured,
  axis: field(z.enum(AXES), 'The axis of the matrix that it grows along.', 'serviceCount'),
  where: field(cells.default({}), 'Only combinations with these values of the other axes.', {
    services: 'ebpf',
  }),
};

/** How one cost grows along an axis of the matrix. */
const growth = z.strictObject({
  ...growthSubject,
  model: field(
    z.array(model, 'a list of models').min(1, 'a list of models').optional(),
    'Confirmed when the simplest model that describes it is one of these.',
    ['linear'],
  ),
  exponent: field(
    z
      .strictObject({ min: field(number, 'The least.', -0.02), max: field(number, 'The most.', 0.02) })
      .optional(),
    'Confirmed when the whole 95 % interval of the exponent lies within, refuted when all of it lies outside.',
    { min: -0.02, max: 0.02 },
  ),
});

/** Two combinations of the matrix beside each other. */
const compare = z.strictObject({
  compare: field(text, 'The metric that is compared.', 'service.throughput'),
  ...measured,
  of: field(cells, 'The combination that the claim is about.', { routing: 'vxlan' }),
  to: field(cells, 'The one it is held against.', { routing: 'direct' }),
  ratio: field(
    z.strictObject({
      min: field(number.optional(), 'The least.', 1.4),
      max: field(number.optional(), 'The most.', 0.98),
    }),
    'Confirmed when the ratio of the two lies within.',
    { max: 0.98 },
  ),
});

const gates = z.strictObject({
  gates: field(
    z.literal('hold'),
    'Confirmed when every gate of every run holds, refuted when one is broken.',
  ),
});

/** A published claim that the scenario confirms or refutes. */
export const claim = z.strictObject({
  text: field(text, 'What is claimed, in a sentence.'),
  source: field(text, 'Who says so.'),
  rules: field(
    z.array(z.union([growth, compare, gates]), 'a list of rules').min(1, 'at least one rule'),
    'What decides: the claim is confirmed when all hold, refuted when one does not.',
    [{ growth: 'service.connect', phase: 'crr', axis: 'serviceCount', exponent: { min: -0.02, max: 0.02 } }],
  ),
});
