import fs from 'node:fs';
import path from 'node:path';

/** sun_path of unix(7), less the NUL. */
const MAX_PATH = 107;

/**
 * Calls `use` with a path that reaches the unix socket at `file` and is short enough for the kernel, however deep
 * the directory lies: a long one is reached through a descriptor of its directory.
 */
export async function withSocketPath<T>(file: string, use: (shortPath: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(file) <= MAX_PATH) return use(file);
  const fd = fs.openSync(path.dirname(file), fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${fd}/${path.basename(file)}`);
  } finally {
    fs.closeSync(fd);
  }
}
