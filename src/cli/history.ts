import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import colors from 'picocolors';
import {
  AcknowledgedError,
  type HistoryDocument,
  HistoryError,
  history,
  readAcknowledged,
  readNights,
} from '../history/index.ts';
import { historyHtml, historyMarkdown, historyText } from '../report/index.ts';
import { formatDiagnostics } from '../scenario/index.ts';
import { WRONG_INPUT } from './scenario-files.ts';

const FORMATS = ['text', 'json', 'md', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** Looked for in the folder itself when no other file is named. */
const ACKNOWLEDGED = 'acknowledged.yaml';
const PAGE = 'history.html';

const EXAMPLE = `
Examples:
  $ churnlab history results/nightly
  $ churnlab history results/nightly --format html --acknowledged acknowledged.yaml

Each entry of the folder is a point: a run, a series, a night of several series, or a comparison. Points of one scenario
are a trend for each metric; from ten on, changes of level are told from chance, and one odd night is none.
Exits 0 when there is a history, 2 when the folder holds no result. With --exit-code it ends with 5 when a metric that
decides became worse and nobody said why, and with 6 when there is too little to tell.`;

/** Adds `churnlab history`. */
export function register(program: Command): void {
  program
    .command('history')
    .description('show how metrics went over a folder of results, and since when they are what they are')
    .argument('<folder>', 'folder of nightly results')
    .addOption(
      new Option('--format <format>', `html writes ${PAGE} into the folder`)
        .choices(FORMATS)
        .default('text' as const),
    )
    .option('--acknowledged <file>', `YAML of known changes; ${ACKNOWLEDGED} in the folder, if it is there`)
    .option('--all', 'also series that decide nothing and did not change')
    .option('--exit-code', 'end with the exit code of the outcome')
    .addHelpText('after', EXAMPLE)
    .action(async (folder, { format, acknowledged, all = false, exitCode }) => {
      try {
        const own = path.join(folder, ACKNOWLEDGED);
        const file = acknowledged ?? (existsSync(own) ? own : undefined);
        const known = file === undefined ? [] : readAcknowledged(file);
        const document = history(folder, await readNights(folder), known);
        process.stdout.write(await render(document, { folder, format, all }));
        if (exitCode) process.exitCode = document.exitCode;
      } catch (error) {
        if (error instanceof AcknowledgedError) {
          process.stderr.write(formatDiagnostics(error.diagnostics, colors));
        } else if (error instanceof HistoryError) process.stderr.write(`${error.message}\n`);
        else throw error;
        process.exitCode = WRONG_INPUT;
      }
    });
}

async function render(
  document: HistoryDocument,
  { folder, format, all }: { readonly folder: string; readonly format: Format; readonly all: boolean },
): Promise<string> {
  switch (format) {
    case 'text':
      return historyText(document, { all });
    case 'md':
      return historyMarkdown(document, { all });
    case 'json':
      return `${JSON.stringify(document, null, 1)}\n`;
    case 'html': {
      const file = path.join(folder, PAGE);
      await writeFile(file, historyHtml(document));
      return `${path.relative('', file)}\n`;
    }
  }
}
