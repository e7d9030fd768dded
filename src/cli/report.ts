import path from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { type Matrix, RunFolderError, readMatrix, readRun } from '../measure/index.ts';
import {
  judge,
  matrixJson,
  matrixMarkdown,
  matrixText,
  reportModel,
  toJson,
  toMarkdown,
  toText,
  writeHtml,
  writeMatrixPage,
} from '../report/index.ts';
import { WRONG_INPUT } from './scenario-files.ts';

const FORMATS = ['text', 'json', 'md', 'html'] as const;
type Format = (typeof FORMATS)[number];

const EXAMPLE = `
Examples:
  $ churnlab report results/20261121T061426Z-smoke-5eed00
  $ churnlab report results/20261121T061426Z-smoke-5eed00 --format md >> "$GITHUB_STEP_SUMMARY"

The folder of a matrix works as well: its runs side by side.
Exits 0 when there is a report, 2 when the folder holds no finished run. With --exit-code it ends as the
run did: 0 passed, 3 a gate was broken, 4 an invariant was broken, 6 inconclusive.`;

/** Adds `churnlab report`. */
export function register(program: Command): void {
  program
    .command('report')
    .description('show a run: table, gates, invariants, verdict; nothing is measured again')
    .argument('<run>', 'folder of the run, or of a matrix')
    .addOption(
      new Option('--format <format>', 'html writes report.html (index.html of a matrix) into the folder')
        .choices(FORMATS)
        .default('text' as const),
    )
    .option('--exit-code', 'end with the exit code of the run')
    .addHelpText('after', EXAMPLE)
    .action(async (folder, { format, exitCode }) => {
      try {
        const matrix = await readMatrix(folder);
        process.stdout.write(
          matrix ? await renderMatrix(folder, matrix, format) : await render(folder, format),
        );
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

async function render(folder: string, format: Format): Promise<string> {
  switch (format) {
    case 'text':
      return toText(reportModel(await readRun(folder)));
    case 'md':
      return toMarkdown(reportModel(await readRun(folder)));
    case 'json':
      return toJson(await readRun(folder));
    case 'html':
      return `${path.relative('', await writeHtml(folder))}\n`;
  }
}

async function renderMatrix(folder: string, matrix: Matrix, format: Format): Promise<string> {
  switch (format) {
    case 'text':
      return matrixText(matrix, { width: process.stdout.columns });
    case 'md':
      return matrixMarkdown(matrix);
    case 'json':
      return matrixJson(matrix);
    case 'html':
      return `${path.relative('', (await writeMatrixPage(folder))!)}\n`;
  }
}
