import path from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { RunFolderError, readRun } from '../measure/index.ts';
import { judge, reportModel, toJson, toMarkdown, toText, writeHtml } from '../report/index.ts';
import { WRONG_INPUT } from './scenario-files.ts';

const FORMATS = ['text', 'json', 'md', 'html'] as const;

const EXAMPLE = `
Examples:
  $ churnlab report results/20261121T061426Z-smoke-5eed00
  $ churnlab report results/20261121T061426Z-smoke-5eed00 --format md >> "$GITHUB_STEP_SUMMARY"

Exits 0 when there is a report, 2 when the folder holds no finished run. With --exit-code it ends as the
run did: 0 passed, 3 a gate was broken, 4 an invariant was broken, 6 inconclusive.`;

/** Adds `churnlab report`. */
export function register(program: Command): void {
  program
    .command('report')
    .description('show a run: table, gates, invariants, verdict; nothing is measured again')
    .argument('<run>', 'folder of the run')
    .addOption(
      new Option('--format <format>', 'html writes report.html into the folder')
        .choices(FORMATS)
        .default('text' as const),
    )
    .option('--exit-code', 'end with the exit code of the run')
    .addHelpText('after', EXAMPLE)
    .action(async (folder, { format, exitCode }) => {
      try {
        process.stdout.write(await render(folder, format));
        if (exitCode) process.exitCode = judge(await readRun(folder)).exitCode;
      } catch (error) {
        if (!(error instanceof RunFolderError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = WRONG_INPUT;
      }
    });
}

async function render(folder: string, format: (typeof FORMATS)[number]): Promise<string> {
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
