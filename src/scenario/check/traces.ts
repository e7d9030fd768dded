import { parseDuration } from '../schema/quantities.ts';
import type { Path, Problem } from '../source/source.ts';

/** Reads a file named by a scenario; the path is relative to the scenario. Throws when it cannot. */
export type ReadFile = (path: string) => string;

/** A trace's values in nanoseconds, or what is wrong with it. */
export type TraceResult = { readonly values: readonly number[] } | { readonly problem: Problem };

/**
 * Reads one duration per line; empty lines and what follows `#` are skipped. With `rising`, each must
 * be at least the one before. `path` is where the scenario names the file.
 */
export function readTrace(file: string, path: Path, readFile: ReadFile, rising: boolean): TraceResult {
  const bad = (message: string): TraceResult => ({ problem: { path, code: 'bad-trace', message } });
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    return bad(
      `cannot read the trace "${file}": ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    );
  }
  const values: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const written = line.replace(/#.*/, '').trim();
    if (written === '') continue;
    const value = parseDuration(written);
    if (value === undefined)
      return bad(`${file}:${index + 1}: expected a duration such as \`1.25s\`, got "${written}"`);
    if (rising && value < (values.at(-1) ?? 0)) {
      return bad(
        `${file}:${index + 1}: expected offsets that never fall, got "${written}" after a later one`,
      );
    }
    values.push(value);
  }
  return { values };
}
