import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadFile } from './check/index.ts';
import { cellPatch, cellsOf } from './matrix.ts';
import { resolve } from './resolve.ts';
import { matrix } from './schema/matrix.ts';
import { SUBSTRATES } from './schema/scenario.ts';
import { type Diagnostic, ScenarioError } from './source/diagnostic.ts';
import { valueAt } from './source/messages.ts';
import { nearest } from './source/nearest.ts';
import { Merged } from './source/overrides.ts';
import { type Path, type Problem, Source } from './source/source.ts';
import type { Cell, MatrixSpec, Scenario, Substrate } from './spec.ts';

const SPEC: Path = ['spec'];

/** A scenario file without errors: ready to be made into the scenario of a substrate. */
export class ScenarioDocument {
  /** As it was named by whoever loaded it. */
  readonly file: string;
  /** The text of the file, for the result. */
  readonly text: string;
  readonly name: string;
  readonly description: string;
  /** Things worth knowing that do not stop a run, sorted by position. */
  readonly warnings: readonly Diagnostic[];
  /** The combinations of its matrix; one that changes nothing when it has none. */
  readonly cells: readonly Cell[];
  readonly #source: Source;
  readonly #readFile: ReadFile;

  private constructor(source: Source, text: string, warnings: readonly Diagnostic[], readFile: ReadFile) {
    this.#source = source;
    this.#readFile = readFile;
    this.file = source.file;
    this.text = text;
    this.warnings = warnings;
    this.name = valueAt(source.data, ['metadata', 'name']) as string;
    this.description = (valueAt(source.data, ['metadata', 'description']) as string | undefined) ?? '';
    this.cells = cellsOf(matrixOf(source.data));
  }

  /**
   * Reads a scenario from text. `file` is its name in messages; traces are read by `readFile`.
   * @throws ScenarioError with every problem, when there is an error among them
   */
  static parse(text: string, file: string, readFile: ReadFile): ScenarioDocument {
    const source = new Source(file, text);
    const found = [...source.problems];
    if (source.data !== undefined) {
      const { merged, problems } = variants(source.data);
      for (const problem of problems) found.push(source.diagnose(problem));
      for (const variant of merged) {
        for (const problem of resolve(variant.data, readFile).problems)
          found.push(source.diagnose(at(variant, problem)));
      }
    }
    const diagnostics = sorted(found);
    if (diagnostics.some(({ severity }) => severity === 'error')) throw new ScenarioError(diagnostics);
    return new ScenarioDocument(source, text, diagnostics, readFile);
  }

  /**
   * The scenario as it runs on a substrate, overrides merged, in one cell of its matrix.
   * @throws ScenarioError when a cell of the matrix makes it impossible
   */
  on(substrate: Substrate, cell: Cell = {}): Scenario {
    const merged = mergedFor(this.#source.data, substrate, cell);
    const { spec, problems } = resolve(merged.data, this.#readFile);
    if (spec === undefined)
      throw new ScenarioError(sorted(problems.map((problem) => this.diagnose(at(merged, problem)))));
    return {
      name: this.name,
      description: this.description,
      substrate,
      cell,
      changed: changesOf(merged),
      spec,
    };
  }

  /** Points at a field of the file, given its place in the data as written. */
  diagnose(problem: Problem): Diagnostic {
    return this.#source.diagnose(problem);
  }
}

/**
 * Reads a scenario file; traces are looked for beside it.
 * @throws ScenarioError when the file cannot be read or has errors
 */
export function loadScenario(file: string): ScenarioDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    const head = { file, line: 1, col: 1, severity: 'error', code: 'unreadable', frame: '' } as const;
    throw new ScenarioError([{ ...head, message: `cannot read the scenario: ${why}` }]);
  }
  return ScenarioDocument.parse(text, file, (name) =>
    readFileSync(path.resolve(path.dirname(file), name), 'utf8'),
  );
}

/** The data as written, and once more with each substrate's overrides merged. */
function variants(data: unknown): { merged: Merged[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const overrides = valueAt(data, ['spec', 'overrides']);
  const merged = [Merged.of(data)];
  for (const substrate of SUBSTRATES) {
    const patch = valueAt(overrides, [substrate]);
    if (patch === undefined || patch === null || typeof patch !== 'object' || Array.isArray(patch)) continue;
    const from = ['spec', 'overrides', substrate];
    for (const field of ['overrides', 'matrix']) {
      if (!(field in patch)) continue;
      const message = `expected fields of the spec in an override, got \`${field}\`, which is for the whole scenario`;
      problems.push({ path: [...from, field], at: 'key', code: 'unknown-field', message });
    }
    merged.push(
      Merged.of(data).with(patch, from, SPEC, (path, name) => problems.push(unknownPhase(data, path, name))),
    );
  }
  return { merged, problems };
}

function unknownPhase(data: unknown, path: Path, name: unknown): Problem {
  const phases = valueAt(data, ['spec', 'phases']);
  const names = (Array.isArray(phases) ? phases : []).flatMap((phase) =>
    String(valueAt(phase, ['name']) ?? []),
  );
  if (typeof name !== 'string') {
    return {
      path,
      code: 'missing-field',
      message: 'missing field `name`: expected the name of the phase that is changed',
    };
  }
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  const list = names.map((known) => `\`${known}\``).join(', ');
  return {
    path: [...path, 'name'],
    code: 'unknown-name',
    message: `expected the name of a phase, one of ${list}, got "${name}"${hint}`,
  };
}

function mergedFor(data: unknown, substrate: Substrate, cell: Cell): Merged {
  const patch = valueAt(data, ['spec', 'overrides', substrate]) ?? {};
  return Merged.of(data)
    .with(patch, ['spec', 'overrides', substrate], SPEC, () => {})
    .with(cellPatch(cell), ['spec', 'matrix'], SPEC, () => {});
}

/** The problem where it is written: in an override, if the value comes from there. */
function at(merged: Merged, problem: Problem): Problem {
  return { ...problem, path: merged.origin(problem.path) };
}

function changesOf(merged: Merged): string[] {
  return merged.changes.map(({ path, to, from }) => {
    const names = path.slice(1).map((step, index) => {
      const phase = typeof step === 'number' ? valueAt(merged.data, path.slice(0, index + 2)) : undefined;
      return phase === undefined ? String(step) : String(valueAt(phase, ['name']) ?? step);
    });
    const before = from === undefined ? 'not in the scenario' : `${inline(from)} in the scenario`;
    return `${names.join('.')}: ${inline(to)} (${before})`;
  });
}

function inline(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function matrixOf(data: unknown): MatrixSpec {
  return matrix.parse(valueAt(data, ['spec', 'matrix']) ?? {});
}

/** By position, errors of the same place once. */
function sorted(found: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return found
    .toSorted((a, b) => a.line - b.line || a.col - b.col)
    .filter(({ line, col, message }) => {
      const key = `${line}:${col}:${message}`;
      return !seen.has(key) && seen.add(key);
    });
}
