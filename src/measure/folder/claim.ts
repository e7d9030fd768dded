import { z } from 'zod';

const cells = z.record(z.string(), z.union([z.string(), z.number()])).readonly();
const measured = { phase: z.string().optional(), quantile: z.enum(['mean', 'p50', 'p90', 'p99', 'max']) };

/** How a cost grows along an axis of a matrix. */
export const growthRule = z.object({
  growth: z.string(),
  ...measured,
  axis: z.string(),
  where: cells,
  model: z
    .array(z.enum(['constant', 'log', 'linear', 'power']))
    .readonly()
    .optional(),
  exponent: z.object({ min: z.number(), max: z.number() }).readonly().optional(),
});

/** A published claim, as the scenario has it, with the rules that decide. */
export const claim = z
  .object({
    text: z.string(),
    source: z.string(),
    rules: z
      .array(
        z.union([
          growthRule.readonly(),
          z
            .object({
              compare: z.string(),
              ...measured,
              of: cells,
              to: cells,
              ratio: z.object({ min: z.number().optional(), max: z.number().optional() }).readonly(),
            })
            .readonly(),
          z.object({ gates: z.literal('hold') }).readonly(),
        ]),
      )
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Claim', description: 'What the scenario confirms or refutes, and the rules that decide.' });

export type Claim = z.infer<typeof claim>;
