import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import pc from 'picocolors';
import { ROOT } from '../../lab/setup/index.ts';
import { AcknowledgedError, readAcknowledged } from '../history/index.ts';
import { folderName, RunFolderError } from '../measure/index.ts';
import {
  BaselineTree,
  concludeAgain,
  defaultBaseline,
  isTree,
  keepInHistory,
  type Night,
  NightlyError,
  nightText,
  readNightlyList,
  runNight,
  type SourceTree,
  treeIn,
} from '../nightly/index.ts';
import { historyText, painter } from '../report/index.ts';
import { formatDiagnostics, ScenarioError, SUBSTRATES } from '../scenario/index.ts';
import { reporting } from './errors.ts';
import { RESULTS } from './execute.ts';
import { WRONG_INPUT } from './scenario-files.ts';

const LIST = path.join(ROOT, '.github/nightly.yaml');
/** Known changes, beside the list. */
const ACKNOWLEDGED = 'acknowledged.yaml';

const EXAMPLE = `
Examples:
  $ npm run nightly -- --quick                          # the short list: what changed since the commit before
  $ npm run nightly -- --baseline v1.2.0 --substrates netns,kind
  $ npm run nightly -- --again results/20261121T021700Z-nightly-3fa2c1

Runs each scenario of the list by a work tree of the baseline and by this one, in turns, compares, and puts the gates to
the test. Exit codes: 0 passed, 1 the harness failed, 2 wrong input, 3 a gate was broken, 4 an invariant was broken,
5 regression, 6 inconclusive (too few runs, a busy machine, a metric that is missing).`;

interface Options {
  readonly quick?: true | undefined;
  readonly baseline?: string | undefined;
  readonly substrates?: readonly string[] | undefined;
  readonly list: string;
  readonly out?: string | undefined;
  readonly history?: string | undefined;
  readonly again?: string | undefined;
  readonly install: boolean;
}

/** Adds `churnlab nightly`. */
export function register(program: Command): void {
  program
    .command('nightly')
    .description('compare this revision with a baseline, in turns on this machine')
    .option('--quick', 'the short list: under ten minutes on two cores')
    .option('--baseline <revision|folder>', 'compare with this; the newest tag, or else the commit before')
    .option('--substrates <names>', 'only on these, as in netns,kind', substrateNames)
    .option('--list <file>', 'what is run', LIST)
    .option('--out <folder>', 'where the folder of the night goes (one in results/)')
    .option('--history <folder>', 'keep what was found there, and show how it went over nights')
    .option('--again <folder>', 'conclude from the folder of a night anew; nothing is run')
    .option('--no-install', 'install nothing; say what is missing')
    .addHelpText('after', EXAMPLE)
    .action((options) =>
      reporting(async () => {
        try {
          process.exitCode = await nightly(options);
        } catch (error) {
          if (error instanceof AcknowledgedError || error instanceof ScenarioError) {
            process.stderr.write(formatDiagnostics(error.diagnostics, pc));
          } else if (error instanceof NightlyError || error instanceof RunFolderError) {
            process.stderr.write(`${error.message}\n`);
          } else throw error;
          process.exitCode = WRONG_INPUT;
        }
      }),
    );
}

async function nightly({ history, ...options }: Options): Promise<number> {
  const { again, list } = options;
  const acknowledged = path.join(path.dirname(list), ACKNOWLEDGED);
  const known = existsSync(acknowledged) ? readAcknowledged(acknowledged) : [];
  const done = again === undefined ? await night(options) : await concludeAgain(path.resolve(again));
  const { folder, document, entries } = done;
  process.stdout.write(nightText(document, entries, painter(pc.isColorSupported)));
  process.stderr.write(`\nFolder: ${path.relative('', folder) || folder}\n`);
  if (history !== undefined && entries.some(({ comparison }) => comparison)) {
    process.stdout.write(`\n${historyText(await keepInHistory(path.resolve(history), done, known))}`);
  }
  return document.exitCode;
}

async function night({
  quick,
  substrates,
  list,
  baseline,
  out,
  install,
}: Omit<Options, 'history'>): Promise<Night> {
  const plan = readNightlyList(path.resolve(list), {
    quick: quick ?? false,
    ...(substrates && { substrates }),
  });
  const candidate = await treeIn(ROOT, 'here');
  const wanted = baseline ?? plan.baseline ?? (await defaultBaseline(ROOT));
  await using checkedOut = isTree(wanted) ? undefined : await BaselineTree.checkOut(ROOT, wanted);
  const tree: SourceTree = checkedOut?.tree ?? (await treeIn(path.resolve(wanted), wanted));
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  progress(`baseline ${tree.name} (${tree.commit.slice(0, 12)}), ${plan.entries.length} scenarios`);
  const ended = new AbortController();
  const onSignal = (): void => ended.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const id = folderName('nightly', new Date());
    return await runNight(id, plan.entries, {
      folder: path.resolve(out ?? path.join(RESULTS, id)),
      trees: { baseline: tree, candidate },
      coolDownMs: plan.coolDownMs,
      options: install ? [] : ['--no-install'],
      progress,
      signal: ended.signal,
    });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** @throws InvalidArgumentError */
function substrateNames(text: string): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !SUBSTRATES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`expected some of ${SUBSTRATES.join(', ')}, got ${unknown}`);
  }
  return names;
}
