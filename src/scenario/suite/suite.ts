import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadScenario, type ScenarioDocument } from '../document.ts';
import { cellName, cellsOf } from '../matrix.ts';
import { type Diagnostic, ScenarioError } from '../source/diagnostic.ts';
import { schemaProblems } from '../source/messages.ts';
import { type Problem, Source } from '../source/source.ts';
import type { Cell, Substrate } from '../spec.ts';
import { suiteSchema } from './suite-schema.ts';

/** A suite file without errors, its scenarios read. */
export interface Suite {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly repeat: number;
  /** The combinations on a substrate, the baseline among them. */
  cells(substrate: Substrate): readonly Cell[];
  /** One of the cells. */
  readonly baseline: Cell;
  readonly scenarios: readonly ScenarioDocument[];
}

/** Whether a file says of itself that it is a suite. */
export function isSuite(file: string): boolean {
  try {
    return /^kind:\s*Suite\s*$/m.test(readFileSync(file, 'utf8'));
  } catch {
    // Whoever reads it as a scenario says what is wrong with it.
    return false;
  }
}

/**
 * Reads a suite and its scenarios.
 * @throws ScenarioError with every mistake of the suite, or those of a scenario
 */
export function loadSuite(file: string): Suite {
  const source = new Source(file, readFileSync(file, 'utf8'));
  const refuse = (problems: readonly Problem[]): Diagnostic[] =>
    problems.map((problem) => source.diagnose(problem));
  if (source.problems.length > 0 || source.data === undefined) throw new ScenarioError(source.problems);
  const parsed = suiteSchema.safeParse(source.data);
  if (!parsed.success) throw new ScenarioError(refuse(schemaProblems(parsed.error.issues, source.data)));
  const { metadata, spec } = parsed.data;
  const cells = cellsOf(spec.matrix);
  const like = cells.filter((cell) =>
    Object.entries(spec.baseline).every(([axis, value]) => cell[axis as keyof Cell] === value),
  );
  const [baseline, ...others] = like;
  if (baseline === undefined || others.length > 0) {
    const names = cells.map((cell) => `\`${cellName(cell)}\``).join(', ');
    const message = `expected values that stand for one combination of ${names}, got ${like.length}`;
    throw new ScenarioError(
      refuse([{ path: ['spec', 'baseline'], at: 'key', code: 'unknown-name', message }]),
    );
  }
  return {
    file,
    name: metadata.name,
    description: metadata.description ?? '',
    repeat: spec.repeat,
    cells: (substrate) => cellsOf(spec.matrix, substrate),
    baseline,
    scenarios: spec.scenarios.map((name) =>
      loadScenario(path.isAbsolute(name) ? name : path.join(path.dirname(file), name)),
    ),
  };
}
