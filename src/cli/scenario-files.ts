import colors from 'picocolors';
import { formatDiagnostics, loadScenario, type ScenarioDocument, ScenarioError } from '../scenario/index.ts';

/** Exit code of a command that was given something it cannot use. */
export const WRONG_INPUT = 2;

/**
 * Does something with a scenario file. What is wrong with the file goes to stderr, warnings too, and
 * the exit code becomes 2; returns whether it went well.
 */
export function withScenario(file: string, use: (document: ScenarioDocument) => void): boolean {
  try {
    const document = loadScenario(file);
    process.stderr.write(formatDiagnostics(document.warnings, colors));
    use(document);
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    process.stderr.write(formatDiagnostics(error.diagnostics, colors));
    process.exitCode = WRONG_INPUT;
    return false;
  }
}
