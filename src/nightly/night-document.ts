import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { NightlyError } from './nightly-error.ts';
import { SIDES } from './order.ts';

/** The version of nightly.json that is written. */
const NIGHT_FORMAT = 1;
/** Its name in the folder of a night. */
export const NIGHT_FILE = 'nightly.json';

const tree = z
  .object({
    name: z.string().meta({ description: 'As it was asked for: a revision or a folder.' }),
    commit: z.string(),
    dirty: z.boolean(),
  })
  .readonly()
  .meta({ id: 'SourceTree' });

const trouble = z
  .object({
    side: z.enum(SIDES),
    exitCode: z.int().nullable().meta({ description: 'Of `churnlab run`; null when a signal ended it.' }),
    message: z.string(),
    log: z.string().meta({ description: 'Relative to the folder of the night.' }),
  })
  .readonly()
  .meta({ id: 'Trouble', description: 'A run that left no run folder.' });

const share = z.number().min(0).max(1);
const selfTest = z
  .object({
    runs: z.int().meta({ description: 'On each side of a pair.' }),
    pairs: z.int().meta({ description: 'Drawn from the runs of the baseline.' }),
    metrics: z
      .array(
        z
          .object({
            subject: z.string(),
            injected: z
              .number()
              .nullable()
              .meta({ description: 'The worsening that was put in; null: so few runs find none.' }),
            red: share.meta({ description: 'Of the pairs with it, those in which the gate was broken.' }),
            falselyRed: share.meta({ description: 'Of the pairs without it.' }),
          })
          .readonly(),
      )
      .readonly(),
    passed: z.boolean(),
  })
  .readonly()
  .meta({ id: 'SelfTest', description: 'Whether the gates see what they say, and nothing else.' });

const OUTCOMES = [
  'passed',
  'inconclusive',
  'gate broken',
  'regression',
  'invariant broken',
  'harness failed',
] as const;

const conclusion = {
  outcome: z.enum(OUTCOMES),
  reasons: z.array(z.string()).readonly().meta({ description: 'One line each: why it is not `passed`.' }),
};

const entry = z
  .object({
    name: z.string(),
    scenario: z.string(),
    substrate: z.string(),
    series: z.string().meta({ description: 'Folder of its runs, relative to that of the night.' }),
    troubles: z.array(trouble).readonly(),
    selfTest: selfTest.optional(),
    ...conclusion,
  })
  .readonly()
  .meta({ id: 'NightEntry' });

const nightDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('Nightly'),
    format: z.literal(NIGHT_FORMAT),
    id: z.string(),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    baseline: tree,
    candidate: tree,
    entries: z.array(entry).readonly(),
    ...conclusion,
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]),
  })
  .readonly()
  .meta({
    id: 'Nightly',
    title: 'churnlab nightly',
    description: 'nightly.json: what one night measured, and what came of it; see docs/nightly.md.',
  });

/** nightly.json: the runs of one night, scenario by scenario, and the outcome. */
export type NightDocument = z.infer<typeof nightDocument>;
export type NightEntry = NightDocument['entries'][number];
export type Outcome = NightDocument['outcome'];
export type Trouble = NightEntry['troubles'][number];

const EXIT_CODES = {
  ...{
    passed: 0,
    inconclusive: 6,
    'gate broken': 3,
    regression: 5,
    'invariant broken': 4,
    'harness failed': 1,
  },
} as const satisfies Record<Outcome, NightDocument['exitCode']>;

export function exitCodeOf(outcome: Outcome): NightDocument['exitCode'] {
  return EXIT_CODES[outcome];
}

/** The outcome that matters most: what is exact and broken counts before what was measured. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return OUTCOMES[Math.max(0, ...outcomes.map((each) => OUTCOMES.indexOf(each)))]!;
}

/** Writes nightly.json, whole or not at all. */
export async function writeNight(
  folder: string,
  night: Omit<NightDocument, 'apiVersion' | 'kind' | 'format'>,
): Promise<NightDocument> {
  const file = path.join(folder, NIGHT_FILE);
  const document: NightDocument = {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Nightly',
    format: NIGHT_FORMAT,
    ...night,
  };
  await writeFile(`${file}.tmp`, `${JSON.stringify(document, null, 1)}\n`);
  await rename(`${file}.tmp`, file);
  return document;
}

/** @throws NightlyError not-a-night */
export async function readNight(folder: string): Promise<NightDocument> {
  const file = path.join(folder, NIGHT_FILE);
  try {
    return nightDocument.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new NightlyError('not-a-night', `Expected the folder of a night, got ${folder}: ${why}`, { cause });
  }
}

/** schemas/nightly.schema.json. */
export function nightSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(nightDocument, { target: 'draft-07' }), null, 2)}\n`;
}
