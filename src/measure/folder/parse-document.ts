import { z } from 'zod';
import { RunFolderError } from './run-folder-error.ts';

/** The value of a JSON text. Throws RunFolderError damaged. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunFolderError('damaged', `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** The value as a document of this schema; `file` is its name in messages. Throws RunFolderError damaged. */
export function asDocument<T extends z.ZodType>(schema: T, value: unknown, file: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new RunFolderError('damaged', `${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
