import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { networkProblems } from '../networks/index.ts';
import {
  type Cell,
  type Diagnostic,
  formatCount,
  formatDiagnostics,
  type Plan,
  plan,
  type ScenarioDocument,
  type Substrate,
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
    .description('check scenario files and suites: every mistake with its line; nothing is brought up')
    .argument('<files...>', 'scenario files, suites')
    .addHelpText('after', EXAMPLE)
    .action((files) => {
      for (const file of files) withScenario(file, report);
    });
}

/** Every cell of the matrix must be possible; what cannot be run yet is said, but it is no mistake. */
function report(document: ScenarioDocument, cellsOn: (substrate: Substrate) => readonly Cell[]): void {
  const cells = cellsOn('netns');
  const unsupported = cells.flatMap((cell) => document.unsupported('netns', cell, networkProblems));
  process.stderr.write(formatDiagnostics(unsupported.map(asWarning), colors));
  const load = loadOf(cells.map((cell) => plan(document.on('netns', cell))));
  const runs = cells.length === 1 ? '' : ` in ${cells.length} runs`;
  process.stdout.write(`${document.file}: ${colors.green('ok')} ${colors.dim(`(${load}${runs})`)}\n`);
}

/** What is made in all of them, such as `2,000 services, 50 pods`. */
function loadOf(plans: readonly Plan[]): string {
  const total = (count: (of: Plan) => number): number => plans.reduce((sum, of) => sum + count(of), 0);
  const counts = [
    [total(({ pods }) => pods), 'pods'],
    [total(({ services }) => services), 'services'],
    [total(({ hollowNodes }) => hollowNodes), 'hollow nodes'],
  ] as const;
  const made = counts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  return made.length === 0 ? 'traffic alone' : made.join(', ');
}

function asWarning(problem: Diagnostic): Diagnostic {
  return { ...problem, severity: 'warning' };
}
