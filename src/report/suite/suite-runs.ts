import path from 'node:path';
import { compare, type FoundRun, type Side } from '../../compare/index.ts';
import {
  type RunDocument,
  readRun,
  readSeries,
  readSuiteResult,
  type SuiteResult,
} from '../../measure/index.ts';

type Cell = SuiteResult['cells'][number];

/** One combination of a scenario: its runs, and what they came to beside those of the baseline. */
export interface SuiteRow {
  readonly label: string;
  readonly isBaseline: boolean;
  /** Runs that count, in the order of time. */
  readonly runs: readonly RunDocument[];
  /** `a` is the baseline. Undefined without runs of either. */
  readonly comparison: ReturnType<typeof compare> | undefined;
  /** Why there are none. */
  readonly reason: string | undefined;
}

export interface SuiteScenario {
  readonly name: string;
  readonly description: string;
  readonly rows: readonly SuiteRow[];
}

export interface SuiteRuns {
  readonly name: string;
  readonly description: string;
  readonly id: string;
  readonly scenarios: readonly SuiteScenario[];
}

/** What is held against the baseline on purpose. */
const SUBJECTS = ['lab', 'level', 'phases', 'faults', 'changes'];

/** Reads a suite with all its runs; undefined when the folder is not one of a suite. Throws RunFolderError. */
export async function readSuite(folder: string): Promise<SuiteRuns | undefined> {
  const [result, series] = await Promise.all([readSuiteResult(folder), readSeries(folder)]);
  if (!result || !series) return undefined;
  const found = await Promise.all(
    series.runs.flatMap(({ variant, warmUp, run }) =>
      warmUp || run === null
        ? []
        : readRun(path.join(folder, run)).then(
            (document): FoundRun => ({
              folder: run,
              run: document,
              cell: {},
              variant,
            }),
          ),
    ),
  );
  const byVariant = Map.groupBy(found, ({ variant }) => variant);
  const [first] = result.cells;
  return {
    ...result.suite,
    id: series.id,
    scenarios: result.scenarios.map(({ name, description, variants }) => {
      const sideOf = (cell: Cell, variant: string | undefined): Side => ({
        name: cellLabel(cell),
        runs: byVariant.get(variant) ?? [],
      });
      const own = variants.find(({ cell }) => cellLabel(cell) === cellLabel(first ?? {}));
      const baseline = sideOf(first ?? {}, own?.variant);
      const rows = variants.map(({ cell, variant, reason }): SuiteRow => {
        const side = sideOf(cell, variant);
        const isThere = baseline.runs.length > 0 && side.runs.length > 0;
        return {
          label: cellLabel(cell),
          isBaseline: variant !== undefined && variant === own?.variant,
          runs: side.runs.map(({ run }) => run),
          comparison: isThere
            ? compare(baseline, side, { subjects: SUBJECTS, allowed: ['identity'] })
            : undefined,
          reason: reason ?? (side.runs.length === 0 ? 'no run of it has come to its end' : undefined),
        };
      });
      return { name, description, rows };
    }),
  };
}

/** What a network that was brought along comes with: its name says enough. */
const FILES_OF_NETWORKS: readonly string[] = ['cniBin', 'networkValues', 'imageArchives'];

/** `flannel vxlan`: the values alone, files by their names. */
export function cellLabel(cell: Cell): string {
  return Object.entries(cell)
    .filter(([axis]) => !FILES_OF_NETWORKS.includes(axis))
    .map(([, value]) =>
      typeof value === 'string' ? value.replace(/^\w+:.*\/([^/]+?)(\.\w+)?$/, '$1') : value,
    )
    .join(' ');
}
