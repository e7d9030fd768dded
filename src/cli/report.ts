import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { type Matrix, RunFolderError, readMatrix, readRun } from '../measure/index.ts';
import {
  judge,
  matrixJson,
  matrixMarkdown,
  matrixText,
  type NamedRun,
  reportModel,
  toJson,
  toJunit,
  toMarkdown,
  toOpenMetrics,
  toText,
  writeHtml,
  writeMarkdown,
  writeMatrixPage,
} from '../report/index.ts';
import { WRONG_INPUT } from './scenario-files.ts';
import { suiteReport } from './suite/report-suite.ts';

const FORMATS = ['text', 'md', 'json', 'html', 'junit', 'openmetrics'] as const;
type Format = (typeof FORMATS)[number];

const EXAMPLE = `
Examples:
  $ churnlab report results/20261121T061426Z-smoke-5eed00
  $ churnlab report results/20261121T061426Z-smoke-5eed00 --format md >> "$GITHUB_STEP_SUMMARY"
  $ churnlab report results/20261121T061426Z-smoke-5eed00 --format junit --output junit.xml

The folder of a matrix or of a suite works as well: its runs side by side. Markdown with --output has small drawings beside it.
Exits 0 when there is a report, 2 when the folder holds no finished run. With --exit-code it ends as the
run did: 0 passed, 3 a gate was broken, 4 an invariant was broken, 6 inconclusive.`;

/** Adds `churnlab report`. */
export function register(program: Command): void {
  program
    .command('report')
    .description('show a run: table, gates, invariants, verdict; nothing is measured again')
    .argument('<run>', 'folder of the run, of a matrix or of a suite')
    .addOption(
      new Option('--format <format>', 'html writes report.html (index.html of a matrix) into the folder')
        .choices(FORMATS)
        .default('text' as const),
    )
    .option('--output <file>', 'write there instead of to stdout')
    .option('--exit-code', 'end with the exit code of the run')
    .addHelpText('after', EXAMPLE)
    .action(async (folder, { format, output, exitCode }) => {
      try {
        const suite = await suiteReport(folder, format);
        if (suite !== undefined) {
          if (output === undefined) process.stdout.write(suite);
          else await writeFile(output, suite);
          return;
        }
        const matrix = await readMatrix(folder);
        await write(folder, matrix, format, output);
        if (!exitCode) return;
        const runs = matrix ? matrix.cells.map(({ run }) => run) : [await readRun(folder)];
        process.exitCode = Math.max(...runs.map((run) => judge(run).exitCode));
      } catch (error) {
        if (!(error instanceof RunFolderError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = WRONG_INPUT;
      }
    });
}

async function write(
  folder: string,
  matrix: Matrix | undefined,
  format: Format,
  output: string | undefined,
): Promise<void> {
  // A page links to what lies beside it: it has its place in the folder.
  if (format === 'html') {
    const file = matrix ? (await writeMatrixPage(folder))! : await writeHtml(folder);
    process.stdout.write(`${path.relative('', file)}\n`);
  } else if (format === 'md' && output !== undefined && !matrix) {
    await writeMarkdown(folder, output);
  } else {
    const text = matrix ? renderMatrix(matrix, format) : await render(folder, format);
    if (output === undefined) process.stdout.write(text);
    else await writeFile(output, text);
  }
}

type TextFormat = Exclude<Format, 'html'>;

async function render(folder: string, format: TextFormat): Promise<string> {
  const run = await readRun(folder);
  switch (format) {
    case 'text':
      return toText(reportModel(run));
    case 'md':
      return toMarkdown(reportModel(run));
    case 'json':
      return toJson(run);
    case 'junit':
      return toJunit([[run.scenario.name, run]]);
    case 'openmetrics':
      return toOpenMetrics([{ run }]);
  }
}

function renderMatrix(matrix: Matrix, format: TextFormat): string {
  switch (format) {
    case 'text':
      return matrixText(matrix, { width: process.stdout.columns });
    case 'md':
      return matrixMarkdown(matrix);
    case 'json':
      return matrixJson(matrix);
    case 'junit':
      return toJunit(matrix.cells.map(({ cell, run }): NamedRun => [matrixName(matrix, cell), run]));
    case 'openmetrics':
      return toOpenMetrics(matrix.cells);
  }
}

function matrixName({ document }: Matrix, cell: object): string {
  return [document.scenario.name, ...Object.values(cell)].join(' ');
}
