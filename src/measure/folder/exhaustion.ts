import { z } from 'zod';
import { FAILURE_CLASSES } from '../../cni/index.ts';

const count = z.int().min(0);
const ns = z.number();
const failureClass = z.enum(FAILURE_CLASSES);
const share = z.number().min(0).max(1).nullable();

const refusal = z
  .object({
    atNs: ns.meta({ description: 'CLOCK_MONOTONIC, as all instants here.' }),
    phase: z.string(),
    subject: z.enum(['pod', 'node', 'service']),
    name: z.string(),
    node: z.string().optional(),
    pool: z.string().optional(),
    class: failureClass,
    message: z.string(),
    alive: count.meta({ description: 'Subjects that had what they asked for at that instant.' }),
  })
  .readonly();

const starved = z
  .object({
    served: count.meta({ description: 'Were refused, and served in the end.' }),
    never: count.meta({ description: 'Never served: their waits are censored at their age.' }),
    waitP50Ns: ns,
    waitP99Ns: ns,
    longestNs: ns,
    examples: z
      .array(z.object({ name: z.string(), waitedNs: ns, served: z.boolean() }).readonly())
      .readonly(),
  })
  .readonly();

const release = z
  .object({
    phase: z.string(),
    atNs: ns,
    released: count,
    reused: count.meta({ description: 'Handed out again while somebody waited.' }),
    firstReuseNs: ns.nullable(),
    p50ReuseNs: ns.nullable(),
    p99ReuseNs: ns.nullable(),
  })
  .readonly();

const pool = z
  .object({
    pool: z.string(),
    asked: count,
    served: count,
    never: count,
    waitP50Ns: ns,
    waitP99Ns: ns,
    fairness: share.meta({ description: "Jain's index of served over asked, by node." }),
    peakReserved: count.meta({ description: 'Addresses in CIDRs of nodes, at most.' }),
    peakUsed: count,
    usableShareOfFree: share.meta({
      description:
        'Of the addresses that were free after the last release (or at first), the share in use when a pod starved all the same.',
    }),
  })
  .readonly();

export const exhaustion = z
  .object({
    firstRefusal: refusal.nullable(),
    refusals: z
      .array(
        z
          .object({ class: failureClass, attempts: count, subjects: count, firstNs: ns, lastNs: ns })
          .readonly(),
      )
      .readonly(),
    retries: z
      .object({ p50: z.number(), p99: z.number(), max: count })
      .readonly()
      .nullable()
      .meta({ description: 'Attempts per subject that was refused at least once.' }),
    starved,
    releases: z.array(release).readonly(),
    pools: z.array(pool).readonly(),
  })
  .readonly()
  .meta({ id: 'Exhaustion', description: 'What ran out, who waited for it, and how it came back.' });

/** What a run that ran out of something shows; absent when nothing was refused and nothing released. */
export type ExhaustionResult = z.infer<typeof exhaustion>;
