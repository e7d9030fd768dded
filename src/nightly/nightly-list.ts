import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { SUBSTRATES } from '../scenario/index.ts';
import { NightlyError } from './nightly-error.ts';

/** Fewer runs a side cannot tell a regression from chance, whatever its size. */
export const LEAST_RUNS = 8;

const runs = z.int().min(LEAST_RUNS).max(100);

const entry = z
  .strictObject({
    scenario: z.string().meta({ description: 'The file, from the folder of this list.' }),
    substrates: z.array(z.enum(SUBSTRATES)).min(1).readonly(),
    runs: runs.optional().meta({ description: 'A side, if not as many as of the others.' }),
    quick: z.boolean().optional().meta({ description: 'Also in the short list, on netns.' }),
  })
  .readonly();

const nightlyList = z
  .strictObject({
    runs: runs.meta({ description: 'Of each scenario a side.' }),
    baseline: z.string().optional().meta({
      description: 'Revision to compare with. Left out: the newest tag, or else the commit before.',
    }),
    coolDownSeconds: z.number().min(0).max(600).default(1).meta({ description: 'Pause between runs.' }),
    scenarios: z.array(entry).min(1).readonly(),
  })
  .readonly()
  .meta({
    title: 'churnlab nightly list',
    description: 'What `churnlab nightly` runs and compares; see docs/nightly.md.',
  });

type NightlyList = z.infer<typeof nightlyList>;

/** One scenario on one substrate, so many times a side. */
export interface NightlyEntry {
  /** Absolute. */
  readonly scenario: string;
  readonly substrate: NightlyList['scenarios'][number]['substrates'][number];
  readonly runs: number;
}

export interface NightPlan {
  readonly entries: readonly NightlyEntry[];
  readonly baseline: string | undefined;
  readonly coolDownMs: number;
}

export interface Chosen {
  /** Only what the short list has, with as few runs as make sense. */
  readonly quick?: boolean;
  /** Only these; all unless given. */
  readonly substrates?: readonly string[];
}

/** Reads a list and chooses from it. @throws NightlyError bad-list */
export function readNightlyList(file: string, { quick = false, substrates }: Chosen = {}): NightPlan {
  const list = parseList(file);
  const entries = list.scenarios
    .filter((each) => !quick || each.quick)
    .flatMap(({ scenario, substrates: places, runs = list.runs }) => {
      const found = path.resolve(path.dirname(file), scenario);
      if (!existsSync(found)) throw new NightlyError('bad-list', `${file}: ${scenario} is not there`);
      return (quick ? (['netns'] as const) : places)
        .filter((place) => substrates === undefined || substrates.includes(place))
        .map((substrate) => ({ scenario: found, substrate, runs: quick ? LEAST_RUNS : runs }));
    });
  if (entries.length === 0) {
    const on = substrates === undefined ? '' : ` on ${substrates.join(', ')}`;
    throw new NightlyError(
      'bad-list',
      `${file}: expected scenarios${on}${quick ? ' for --quick' : ''}, got none`,
    );
  }
  return { entries, baseline: list.baseline, coolDownMs: list.coolDownSeconds * 1000 };
}

/** schemas/nightly-list.schema.json. */
export function nightlyListSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(nightlyList, { target: 'draft-07', io: 'input' }), null, 2)}\n`;
}

function parseList(file: string): NightlyList {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof YAMLParseError || (cause as NodeJS.ErrnoException).code !== undefined) {
      throw new NightlyError('bad-list', `${file}: ${(cause as Error).message}`, { cause });
    }
    throw cause;
  }
  const parsed = nightlyList.safeParse(value);
  if (!parsed.success) throw new NightlyError('bad-list', `${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
