/** The program of a plugin type. */
import { statSync } from 'node:fs';
import path from 'node:path';

/** The first regular file of that name along the path (pkg/invoke/find.go); undefined when there is none. */
export function findPlugin(type: string, pluginPath: readonly string[]): string | undefined {
  if (type === '' || type.includes('/')) return undefined;
  return pluginPath
    .map((dir) => path.join(dir, type))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}
