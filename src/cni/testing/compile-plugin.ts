/** Compiles churnlab-cni as plugin/build.json says. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Output {
  readonly name: string;
  readonly sources: readonly string[];
  readonly command: readonly [string, ...string[]];
}

/** The program's path in `dir`. Throws what the compiler says. */
export function compilePlugin(dir: string): string {
  const folder = path.join(import.meta.dirname, '..', 'plugin');
  const { outputs } = JSON.parse(readFileSync(path.join(folder, 'build.json'), 'utf8')) as {
    outputs: [Output];
  };
  const [{ name, sources, command }] = outputs;
  const file = path.join(dir, name);
  const [compiler, ...args] = command.flatMap((word) =>
    word === '{sources}' ? sources : [word === '{output}' ? file : word],
  );
  execFileSync(compiler ?? '', args, { cwd: folder });
  return file;
}
