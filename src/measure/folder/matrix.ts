import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { RunDocument } from './document.ts';
import { folderName } from './folder-name.ts';
import { asDocument, parseJson } from './parse-document.ts';
import { readRun } from './read-run.ts';

/** The version of matrix.json that is written. */
const MATRIX_FORMAT = 1;
const MATRIX_FILE = 'matrix.json';

const matrixDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('Matrix'),
    format: z.literal(MATRIX_FORMAT),
    id: z.string(),
    scenario: z.object({ name: z.string(), description: z.string(), file: z.string() }).readonly(),
    startedAt: z.iso.datetime(),
    cells: z
      .array(
        z
          .object({
            cell: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
            run: z.string().meta({ description: 'Run folder, relative to that of the matrix.' }),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Matrix', title: 'churnlab matrix', description: 'matrix.json: the runs of one matrix.' });

/** matrix.json: which combination is in which run folder. */
export type MatrixDocument = z.infer<typeof matrixDocument>;

/** One combination of a matrix with its run. */
export interface MatrixCell {
  readonly cell: MatrixDocument['cells'][number]['cell'];
  /** Folder of the run, relative to that of the matrix. */
  readonly folder: string;
  readonly run: RunDocument;
}

export interface Matrix {
  readonly document: MatrixDocument;
  readonly cells: readonly MatrixCell[];
}

/**
 * Writes matrix.json into `folder`, that of a series of which a run of each combination is done; without it makes
 * `<results>/<UTC time>-<scenario>-matrix-<short id>/` for runs that lie in folders beside it. Gives the folder.
 */
export async function writeMatrix(
  results: string,
  options: Pick<MatrixDocument, 'scenario'> & {
    readonly folder?: string;
    readonly startedAt: Date;
    readonly cells: readonly { readonly cell: MatrixCell['cell']; readonly folder: string }[];
  },
): Promise<string> {
  const { scenario, startedAt, cells } = options;
  const folder =
    options.folder ?? path.join(path.resolve(results), folderName(`${scenario.name}-matrix`, startedAt));
  const document: MatrixDocument = {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Matrix',
    format: MATRIX_FORMAT,
    id: path.basename(folder),
    scenario,
    startedAt: startedAt.toISOString(),
    cells: cells.map(({ cell, folder: run }) => ({ cell, run: path.relative(folder, run) })),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, MATRIX_FILE), `${JSON.stringify(document, null, 1)}\n`);
  return folder;
}

/** Reads a matrix with all its runs; undefined when the folder is not one of a matrix. Throws RunFolderError. */
export async function readMatrix(folder: string): Promise<Matrix | undefined> {
  const file = path.join(folder, MATRIX_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const document = parseMatrix(text, file);
  const cells = await Promise.all(
    document.cells.map(async ({ cell, run }) => ({
      cell,
      folder: run,
      run: await readRun(path.join(folder, run)),
    })),
  );
  return { document, cells };
}

/** schemas/matrix.schema.json. */
export function matrixSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(matrixDocument, { target: 'draft-07' }), null, 2)}\n`;
}

/** matrix.json from its text; `file` is its name in messages. Throws RunFolderError. */
export function parseMatrix(text: string, file: string): MatrixDocument {
  return asDocument(matrixDocument, parseJson(text, file), file);
}
