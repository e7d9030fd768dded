import { readFileSync } from 'node:fs';
import path from 'node:path';
import { notYet, type ReadFile } from './check/index.ts';
import { cellName, cellsOf } from './matrix.ts';
import { networkBeside } from './network-beside.ts';
import { resolve } from './resolve.ts';
import { matrix } from './schema/matrix.ts';
import { scenarioSchema, specSchema } from './schema/scenario.ts';
import { type Diagnostic, ScenarioError } from './source/diagnostic.ts';
import { valueAt } from './source/messages.ts';
import type { Merged } from './source/overrides.ts';
import { type Problem, Source } from './source/source.ts';
import type { Cell, Scenario, Substrate } from './spec.ts';
import { at, changesOf, mergedFor, type Setting, variants, withSettings } from './variants.ts';

/** A scenario file without errors: ready to be made into the scenario of a substrate. */
export class ScenarioDocument {
  /** As it was named by whoever loaded it. */
  readonly file: string;
  /** The text of the file, for the result. */
  readonly text: string;
  readonly name: string;
  readonly description: string;
  /** Where it runs unless somebody says otherwise. */
  readonly substrate: Substrate;
  /** Things worth knowing that do not stop a run, sorted by position. */
  readonly warnings: readonly Diagnostic[];
  readonly #source: Source;
  readonly #readFile: ReadFile;
  readonly #settings: readonly Setting[];
  readonly #scenarios = new Map<string, Scenario>();

  private constructor(
    source: Source,
    text: string,
    warnings: readonly Diagnostic[],
    readFile: ReadFile,
    settings: readonly Setting[] = [],
  ) {
    this.#source = source;
    this.#readFile = readFile;
    this.#settings = settings;
    this.file = source.file;
    this.text = text;
    this.warnings = warnings;
    this.name = valueAt(source.data, ['metadata', 'name']) as string;
    this.description = (valueAt(source.data, ['metadata', 'description']) as string | undefined) ?? '';
    this.substrate = specSchema.shape.substrate.parse(valueAt(source.data, ['spec', 'substrate']));
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

  /** The same file with other values for fields of its spec, whatever substrate and matrix say. */
  with(settings: readonly Setting[]): ScenarioDocument {
    return new ScenarioDocument(this.#source, this.text, this.warnings, this.#readFile, settings);
  }

  /** The combinations of its matrix on a substrate; one that changes nothing when it has no matrix. */
  cells(substrate: Substrate): readonly Cell[] {
    return cellsOf(matrix.parse(valueAt(this.#source.data, ['spec', 'matrix']) ?? {}), substrate);
  }

  /**
   * The scenario as it runs on a substrate, overrides merged, in one cell of its matrix.
   * @throws ScenarioError when a cell of the matrix makes it impossible
   */
  on(substrate: Substrate, cell: Cell = {}): Scenario {
    const key = `${substrate} ${cellName(cell)}`;
    const scenario = this.#scenarios.get(key) ?? this.#resolve(substrate, cell);
    this.#scenarios.set(key, scenario);
    return scenario;
  }

  #merged(substrate: Substrate, cell: Cell): Merged {
    const { merged, problems } = withSettings(mergedFor(this.#source.data, substrate, cell), this.#settings);
    if (problems.length > 0) throw new ScenarioError(this.#diagnose(merged, problems));
    return merged;
  }

  #resolve(substrate: Substrate, cell: Cell): Scenario {
    const merged = this.#merged(substrate, cell);
    const { spec, problems } = resolve(merged.data, this.#readFile);
    if (spec === undefined) throw new ScenarioError(this.#diagnose(merged, problems));
    const { name, description } = this;
    const claim = scenarioSchema.shape.metadata.parse(valueAt(this.#source.data, ['metadata'])).claim;
    return {
      name,
      description,
      claim,
      substrate,
      cell,
      changed: changesOf(merged),
      spec: this.#withPaths(spec),
    };
  }

  /** Files of a network that was brought along lie beside the scenario. */
  #withPaths(spec: Scenario['spec']): Scenario['spec'] {
    const { network, cniBin, networkValues, imageArchives } = spec.lab;
    const beside = (name: string): string => path.resolve(path.dirname(this.file), name);
    const lab = {
      ...spec.lab,
      network: networkBeside(network, beside),
      ...(cniBin !== undefined && { cniBin: beside(cniBin) }),
      ...(networkValues !== undefined && { networkValues: networkValues.map(beside) }),
      ...(imageArchives !== undefined && { imageArchives: imageArchives.map(beside) }),
    };
    return { ...spec, lab };
  }

  /**
   * What this version cannot run of the scenario there, as errors: empty when it can run it.
   * @param check what those say who know more of it, such as its network; paths are those of the merged scenario
   * @throws ScenarioError as `on` does
   */
  unsupported(
    substrate: Substrate,
    cell: Cell = {},
    check: (scenario: Scenario) => readonly Problem[] = () => [],
  ): Diagnostic[] {
    const scenario = this.on(substrate, cell);
    const problems = [...notYet(scenario), ...check(scenario)];
    return this.#diagnose(this.#merged(substrate, cell), problems);
  }

  /**
   * The scenario, ready to be run; `cell` may be left out where there is only one.
   * @throws ScenarioError when it is impossible, or cannot be run by this version
   */
  prepare(substrate: Substrate, cell?: Cell): Scenario {
    const cells = this.cells(substrate);
    const [only, ...others] = cells;
    if (cell === undefined && others.length > 0) {
      const message = `expected one combination to run, got a matrix of ${cells.length}`;
      const problem = { path: ['spec', 'matrix'], code: 'not-yet', message } as const;
      throw new ScenarioError([this.#source.diagnose(problem)]);
    }
    return this.#supported(substrate, cell ?? only ?? {});
  }

  #supported(substrate: Substrate, cell: Cell): Scenario {
    const refused = this.unsupported(substrate, cell);
    if (refused.length > 0) throw new ScenarioError(refused);
    return this.on(substrate, cell);
  }

  #diagnose(merged: Merged, problems: readonly Problem[]): Diagnostic[] {
    return sorted(problems.map((problem) => this.#source.diagnose(at(merged, problem))));
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
