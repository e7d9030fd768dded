import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { asDocument, parseJson } from './parse-document.ts';

/** The version of suite.json that is written. */
const SUITE_FORMAT = 1;
const SUITE_FILE = 'suite.json';

const cell = z.record(z.string(), z.union([z.string(), z.number()])).readonly();

const suiteResult = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('SuiteResult'),
    format: z.literal(SUITE_FORMAT),
    suite: z.object({ name: z.string(), description: z.string(), file: z.string() }).readonly(),
    cells: z
      .array(cell)
      .readonly()
      .meta({ description: 'Combinations, in the order of rows; the baseline first.' }),
    scenarios: z
      .array(
        z
          .object({
            name: z.string(),
            description: z.string(),
            variants: z
              .array(
                z
                  .object({
                    cell,
                    variant: z
                      .string()
                      .optional()
                      .meta({ description: 'Name in series.json; absent where it is not applicable.' }),
                    reason: z.string().optional().meta({ description: 'Why it is not applicable.' }),
                  })
                  .readonly(),
              )
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({
    id: 'SuiteResult',
    title: 'churnlab suite result',
    description: 'suite.json, beside series.json: which variant is which scenario in which combination.',
  });

/** suite.json: how the runs of a series make up the tables of a suite. */
export type SuiteResult = z.infer<typeof suiteResult>;

/** Writes suite.json into the folder of the suite's series. */
export async function writeSuiteResult(
  folder: string,
  result: Omit<SuiteResult, 'apiVersion' | 'kind' | 'format'>,
): Promise<void> {
  const document: SuiteResult = {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'SuiteResult',
    format: SUITE_FORMAT,
    ...result,
  };
  await writeFile(path.join(folder, SUITE_FILE), `${JSON.stringify(document, null, 1)}\n`);
}

/** Reads suite.json; undefined when the folder is not one of a suite. Throws RunFolderError damaged. */
export async function readSuiteResult(folder: string): Promise<SuiteResult | undefined> {
  const file = path.join(folder, SUITE_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : asDocument(suiteResult, parseJson(text, file), file);
}

/** schemas/suite-result.schema.json. */
export function suiteResultSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(suiteResult, { target: 'draft-07' }), null, 2)}\n`;
}
