import { RUN_FORMAT } from './document.ts';
import { RunFolderError } from './run-folder-error.ts';

/** What JSON has for an object. */
type Json = Readonly<Record<string, unknown>>;

/**
 * What makes run.json of the next format out of one of an older: the first is from 1 to 2. A field that is only added,
 * as an optional one, needs no new format. testdata/format-<n> holds a run of each, as it was written.
 */
export const UPGRADES: readonly ((older: Json) => Json)[] = [];

/**
 * A run.json of any format up to the present, as one of the present. What is no object of a known format is given back
 * as it is, for the schema to refuse. Throws RunFolderError newer-format.
 */
export function upgraded(json: unknown, file: string): unknown {
  const { format } = (json ?? {}) as { format?: unknown };
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) return json;
  if (format > RUN_FORMAT) {
    const what = `${file} has format ${format}; this version reads up to ${RUN_FORMAT}`;
    throw new RunFolderError('newer-format', what);
  }
  return UPGRADES.slice(format - 1).reduce((older, upgrade) => upgrade(older), json as Json);
}
