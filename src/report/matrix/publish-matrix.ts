import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Matrix, readMatrix, writeMatrix } from '../../measure/index.ts';
import { matrixPage } from './matrix-page.ts';

const PAGE = 'index.html';

/** Ends a matrix: a folder with matrix.json and index.html beside those of its runs. */
export async function publishMatrix(
  ...[results, options]: Parameters<typeof writeMatrix>
): Promise<{ readonly folder: string; readonly matrix: Matrix }> {
  const folder = await writeMatrix(results, options);
  await writeMatrixPage(folder);
  return { folder, matrix: (await readMatrix(folder))! };
}

/** Makes index.html of a matrix anew and gives its path; undefined when the folder is not one of a matrix. */
export async function writeMatrixPage(folder: string): Promise<string | undefined> {
  const matrix = await readMatrix(folder);
  if (!matrix) return undefined;
  const file = path.join(folder, PAGE);
  await writeFile(file, matrixPage(matrix));
  return file;
}
