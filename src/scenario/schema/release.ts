import { z } from 'zod';
import { duration, field, percentage, rate } from './leaf.ts';

/** Capacity given back while a phase goes on, so that those who wait are there when it comes. */
export const release = z.strictObject({
  after: field(duration, 'When, from the begin of the phase.', '5s'),
  share: field(percentage, 'How many of those of earlier phases that live then.', '10%'),
  order: field(
    z.enum(['random', 'oldest', 'newest']).default('random'),
    'Which of them: `random` (by the seed), or in the order in which they became ready.',
  ),
  rate: field(rate.optional(), 'How fast. Left out: all at once.', '50/s'),
});
