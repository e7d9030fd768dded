import { z } from 'zod';
import { COMPARISON_FORMAT } from '../../compare/index.ts';
import { RunFolderError } from '../../measure/index.ts';
import { UNITS } from '../../stats/index.ts';

const end = z.number().nullable();
const side = z.object({
  runs: z.array(z.object({ id: z.string(), group: z.string(), startedAt: z.string(), commit: z.string() })),
});
const counted = z.object({ runs: z.number() }).nullable();

/** What a history takes of a comparison. No more, so that nights of last year are read by what comes next year. */
const storedComparison = z.object({
  title: z.string(),
  sides: z.object({ a: side, b: side }),
  groups: z.array(
    z.object({
      name: z.string(),
      scenario: z.string(),
      cell: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
  metrics: z.array(
    z.object({
      group: z.string(),
      key: z.string(),
      metric: z.string(),
      unit: z.enum(Object.keys(UNITS) as [keyof typeof UNITS]),
      statistic: z.enum(['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']),
      better: z.enum(['lower', 'higher']),
      gated: z.boolean(),
      minimum: z.object({ relative: z.number() }),
      a: counted,
      b: counted,
      difference: z
        .object({ relative: z.object({ value: z.number(), low: end, high: end }).nullable() })
        .nullable(),
    }),
  ),
});

export type StoredComparison = z.infer<typeof storedComparison>;
export type StoredMetric = StoredComparison['metrics'][number];

/** Undefined for a text that is no comparison. @throws RunFolderError damaged, newer-format */
export function parseComparison(text: string, file: string): StoredComparison | undefined {
  const json = parsed(text) as { kind?: unknown; format?: unknown } | null | undefined;
  if (json?.kind !== 'Comparison') return undefined;
  if (typeof json.format === 'number' && json.format > COMPARISON_FORMAT) {
    const message = `${file} has format ${json.format}; this version reads up to ${COMPARISON_FORMAT}`;
    throw new RunFolderError('newer-format', message);
  }
  const { success, data, error } = storedComparison.safeParse(json);
  if (!success) throw new RunFolderError('damaged', `${file}: ${z.prettifyError(error)}`);
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
