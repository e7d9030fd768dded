import colors from 'picocolors';
import {
  type Cell,
  formatDiagnostics,
  isSuite,
  loadScenario,
  loadSuite,
  type ScenarioDocument,
  ScenarioError,
  type Substrate,
} from '../scenario/index.ts';

/** Exit code of a command that was given something it cannot use. */
export const WRONG_INPUT = 2;

/**
 * Does something with a scenario file and the combinations of its matrix, or with each scenario of a suite and those
 * of the suite. What is wrong with the file goes to stderr, warnings too, and the exit code becomes 2; returns whether
 * it went well.
 */
export function withScenario(
  file: string,
  use: (document: ScenarioDocument, cellsOn: (substrate: Substrate) => readonly Cell[]) => void,
): boolean {
  try {
    const suite = isSuite(file) ? loadSuite(file) : undefined;
    for (const document of suite?.scenarios ?? [loadScenario(file)]) {
      process.stderr.write(formatDiagnostics(document.warnings, colors));
      use(document, (substrate) => (suite ?? document).cells(substrate));
    }
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    process.stderr.write(formatDiagnostics(error.diagnostics, colors));
    process.exitCode = WRONG_INPUT;
    return false;
  }
}
