import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { networkProblems } from '../networks/index.ts';
import {
  type Diagnostic,
  formatCount,
  formatDiagnostics,
  plan,
  type ScenarioDocument,
} from '../scenario/index.ts';
import { withScenario } from './scenario-files.ts';

const EXAMPLE = `
Example:
  $ churnlab validate scenarios/*.yaml

Exits 0 when every file is good, 2 when one is not.`;

/** Adds `churnlab validate`. */
export function register(program: Command): void {
  program
    .command('validate')
    .description('check scenario files: every mistake with its line; nothing is brought up')
    .argument('<files...>', 'scenario files')
    .addHelpText('after', EXAMPLE)
    .action((files) => {
      for (const file of files) withScenario(file, report);
    });
}

/** Every cell of the matrix must be possible; what cannot be run yet is said, but it is no mistake. */
function report(document: ScenarioDocument): void {
  const scenarios = document.cells.map((cell) => document.on('netns', cell));
  const unsupported = document.cells.flatMap((cell) => document.unsupported('netns', cell, networkProblems));
  process.stderr.write(formatDiagnostics(unsupported.map(asWarning), colors));
  const pods = scenarios.reduce((sum, scenario) => sum + plan(scenario).pods, 0);
  const runs = scenarios.length === 1 ? '' : ` in ${scenarios.length} runs`;
  process.stdout.write(
    `${document.file}: ${colors.green('ok')} ${colors.dim(`(${formatCount(pods)} pods${runs})`)}\n`,
  );
}

function asWarning(problem: Diagnostic): Diagnostic {
  return { ...problem, severity: 'warning' };
}
