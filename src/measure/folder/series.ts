import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { folderName } from './folder-name.ts';
import { asDocument, parseJson } from './parse-document.ts';

/** The version of series.json that is written. */
const SERIES_FORMAT = 1;
/** What marks the folder of a series. */
export const SERIES_FILE = 'series.json';

const variant = z
  .object({
    name: z.string(),
    file: z.string().meta({ description: 'Scenario file.' }),
    sha256: z.string().meta({ description: 'Of its text: a series goes on only with the same.' }),
    set: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Fields changed on the command line, as given.' }),
    cell: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
  })
  .readonly()
  .meta({ id: 'Variant', description: 'One thing that is run several times.' });

const seriesDocument = z
  .object({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('Series'),
    format: z.literal(SERIES_FORMAT),
    id: z.string(),
    scenario: z.object({ name: z.string(), description: z.string(), file: z.string() }).readonly(),
    startedAt: z.iso.datetime(),
    substrate: z.string(),
    coolDownNs: z.number().meta({ description: 'Pause between blocks.' }),
    variants: z.array(variant).min(1).readonly(),
    runs: z
      .array(
        z
          .object({
            variant: z.string(),
            block: z
              .int()
              .min(0)
              .meta({ description: 'Each variant once; every other block runs backwards.' }),
            warmUp: z.boolean().meta({ description: 'Not counted in comparisons.' }),
            seed: z.int().nullable().meta({ description: 'Null: that of the scenario.' }),
            run: z
              .string()
              .nullable()
              .meta({ description: 'Run folder, relative to that of the series; null: not done yet.' }),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .meta({
    id: 'Series',
    title: 'churnlab series',
    description: 'series.json: what a series of runs is to do, and what is done of it.',
  });

/** series.json: planned runs in the order of time, and the folders of those that are done. */
export type SeriesDocument = z.infer<typeof seriesDocument>;
export type SeriesVariant = SeriesDocument['variants'][number];
export type SeriesRun = SeriesDocument['runs'][number];

/** Makes `<results>/<UTC time>-<name>-<short id>/` with a series.json of which nothing is done; gives its path. */
export async function createSeries(
  results: string,
  name: string,
  plan: Omit<SeriesDocument, 'apiVersion' | 'kind' | 'format' | 'id' | 'startedAt'>,
  startedAt = new Date(),
): Promise<string> {
  const id = folderName(name, startedAt);
  const folder = path.join(path.resolve(results), id);
  await mkdir(folder, { recursive: true });
  await writeSeries(folder, {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Series',
    format: SERIES_FORMAT,
    id,
    startedAt: startedAt.toISOString(),
    ...plan,
  });
  return folder;
}

/** Writes series.json anew, whole or not at all. */
export async function writeSeries(folder: string, document: SeriesDocument): Promise<void> {
  const file = path.join(folder, SERIES_FILE);
  await writeFile(`${file}.tmp`, `${JSON.stringify(document, null, 1)}\n`);
  await rename(`${file}.tmp`, file);
}

/** Reads a series; undefined when the folder is not one. Throws RunFolderError damaged. */
export async function readSeries(folder: string): Promise<SeriesDocument | undefined> {
  const file = path.join(folder, SERIES_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseSeries(text, file);
}

/** series.json from its text; `file` is its name in messages. Throws RunFolderError damaged. */
export function parseSeries(text: string, file: string): SeriesDocument {
  return asDocument(seriesDocument, parseJson(text, file), file);
}

/** schemas/series.schema.json. */
export function seriesSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(seriesDocument, { target: 'draft-07' }), null, 2)}\n`;
}
