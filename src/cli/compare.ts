import { writeFileSync } from 'node:fs';
import { type Command, Option } from '@commander-js/extra-typings';
import {
  CompareError,
  type ComparisonDocument,
  compare,
  type FoundRun,
  falseAlarms,
  type LikenessOptions,
  readSide,
  readVariants,
  type Side,
  selfTest,
} from '../compare/index.ts';
import { RunFolderError } from '../measure/index.ts';
import {
  comparisonBenchstat,
  comparisonHtml,
  comparisonJson,
  comparisonJunit,
  comparisonMarkdown,
  comparisonText,
  falseAlarmsText,
  selfTestText,
} from '../report/index.ts';
import { whole } from './arguments.ts';
import { WRONG_INPUT } from './scenario-files.ts';
import { VARIED } from './series/show-series.ts';

const FORMATS = ['text', 'md', 'json', 'html', 'benchstat', 'junit'] as const;
type Format = (typeof FORMATS)[number];
/** A gate that does not do what it says decides nothing. */
const INCONCLUSIVE = 6;

const EXAMPLE = `
Examples:
  $ churnlab compare results/20261121T061426Z-pod-churn-series-5eed00
  $ churnlab compare main 'results/*-pod-churn-*'
  $ churnlab compare v1.0:results/reference/smoke results/tonight --format md
  $ churnlab compare results/SERIES@churnlab results/SERIES@bridge
  $ churnlab compare results/SERIES --self-test

A side is a folder (of a run, a series, a matrix, or of such folders), a pattern of folders, or a git revision whose
stored results (results/reference) are read. One series of two variants alone compares these.
Exit codes: 0 passed, 2 wrong input, 4 an invariant is broken in b, 5 regression, 6 inconclusive: too few runs, unlike
machines, a missing metric.`;

interface Flags {
  readonly format: Format;
  readonly output?: string | undefined;
  readonly all?: true | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly across?: readonly string[] | undefined;
}

/** Adds `churnlab compare`. */
export function register(program: Command): void {
  program
    .command('compare')
    .description('hold runs against runs: what got better, worse, stayed the same, or cannot be told')
    .argument('<a>', 'the baseline, or a series of two variants')
    .argument('[b]', 'the candidate')
    .addOption(
      new Option('--format <format>', 'benchstat: for `benchstat -col side`')
        .choices(FORMATS)
        .default('text' as const),
    )
    .option('--output <file>', 'write there instead of to stdout')
    .option('--all', 'every metric, not only what is gated or changed')
    .option('--across <fields>', 'fields that are compared on purpose, such as lab.network', fields)
    .option('--allow <fields>', 'fields that may differ all the same, such as identity.cpu; all: any', fields)
    .addOption(
      new Option(
        '--a-a',
        'split the runs of one side at random, 200 times: how often are they told apart?',
      ).conflicts('selfTest'),
    )
    .option(
      '--self-test',
      'put what the gates must find into copies of the runs of one side: do they find it?',
    )
    .option('--runs <n>', 'with --self-test: runs a side (8)', whole)
    .addHelpText('after', EXAMPLE)
    .action(async (a, b, { aA, selfTest: isSelfTest, runs, ...flags }) => {
      try {
        if (aA) process.exitCode = await calibrate(a, b);
        else if (isSelfTest) process.exitCode = await test(a, b, runs);
        else process.exitCode = await compareAndShow(a, b, flags);
      } catch (error) {
        if (!(error instanceof CompareError || error instanceof RunFolderError)) throw error;
        process.stderr.write(`churnlab: ${error.message}\n`);
        process.exitCode = WRONG_INPUT;
      }
    });
}

async function compareAndShow(a: string, b: string | undefined, flags: Flags): Promise<number> {
  const { sides, across } = await sidesOf(a, b);
  const { allow: allowed = [] } = flags;
  const likeness: LikenessOptions = { allowed, subjects: [...across, ...(flags.across ?? [])] };
  const document = compare(...sides, likeness);
  const text = render(document, sides, flags);
  if (flags.output === undefined) process.stdout.write(text);
  else writeFileSync(flags.output, text);
  return document.exitCode;
}

async function sidesOf(
  a: string,
  b: string | undefined,
): Promise<{ readonly sides: readonly [Side, Side]; readonly across: readonly string[] }> {
  if (b !== undefined) return { sides: [await readSide(a), await readSide(b)], across: [] };
  const sides = await readVariants(a);
  if (sides) return { sides, across: VARIED };
  throw new CompareError('ambiguous', `Expected two sides, or one series of two variants, got ${a} alone`);
}

function render(document: ComparisonDocument, sides: readonly Side[], { format, all }: Flags): string {
  switch (format) {
    case 'text':
      return comparisonText(document, { all: all === true });
    case 'md':
      return comparisonMarkdown(document, { all: all === true });
    case 'json':
      return comparisonJson(document);
    case 'html':
      return comparisonHtml(
        document,
        sides.flatMap((side) => side.runs.map(({ run }: FoundRun) => run)),
      );
    case 'benchstat':
      return comparisonBenchstat(document);
    case 'junit':
      return comparisonJunit(document);
  }
}

/** How often runs of the same code are told apart. */
async function calibrate(name: string, other: string | undefined): Promise<number> {
  const side = await oneSide(name, other, 4, '--a-a');
  const result = falseAlarms(side);
  process.stdout.write(falseAlarmsText(side.name, result));
  return result.passed ? 0 : INCONCLUSIVE;
}

async function test(name: string, other: string | undefined, runs: number | undefined): Promise<number> {
  const side = await oneSide(name, other, 2, '--self-test');
  const result = selfTest(side, runs === undefined ? {} : { runs });
  process.stdout.write(selfTestText(side.name, result));
  return result.passed ? 0 : INCONCLUSIVE;
}

/** Runs of the same code: one side, or both sides of which the user says that they are. */
async function oneSide(
  name: string,
  other: string | undefined,
  atLeast: number,
  option: string,
): Promise<Side> {
  const variants = other === undefined ? await readVariants(name) : undefined;
  const sides = variants ?? [await readSide(name), ...(other === undefined ? [] : [await readSide(other)])];
  const runs = sides.flatMap((side) => side.runs);
  const scenarios = new Set(runs.map(({ run }) => run.scenario.name));
  if (scenarios.size > 1) {
    throw new CompareError(
      'ambiguous',
      `Expected runs of one scenario with ${option}, got ${[...scenarios].join(', ')}`,
    );
  }
  if (runs.length >= atLeast) return { name: [name, other].filter(Boolean).join(' and '), runs };
  throw new CompareError('no-runs', `Expected at least ${atLeast} runs with ${option}, got ${runs.length}`);
}

function fields(text: string): readonly string[] {
  return text.split(',');
}
