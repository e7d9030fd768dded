import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './setup-error.ts';

/** One program or BPF object, as a `build.json` beside its sources describes it. */
export interface NativeOutput {
  readonly name: string;
  /** Relative to the folder of the build.json, as are the headers. */
  readonly sources: readonly string[];
  readonly headers?: readonly string[];
  /** The compiler and its arguments; `{sources}` becomes all sources, `{output}` the file to write. */
  readonly command: readonly [string, ...string[]];
}

export interface LocatedOutput extends NativeOutput {
  readonly folder: string;
}

/**
 * Everything compiled that the sources below `root` describe, ordered by name.
 * @throws SetupError bad-manifest
 */
export function readManifests(root: string): LocatedOutput[] {
  const files = globSync(['src/**/build.json', 'lab/**/build.json'], { cwd: root });
  const outputs = files.flatMap((file) => readManifest(path.join(root, file)));
  const twice = outputs.find(
    ({ name }, index) => outputs.findIndex((other) => other.name === name) !== index,
  );
  if (twice)
    throw new SetupError(
      'bad-manifest',
      `Expected one output named ${twice.name}, got two (${files.join(', ')})`,
    );
  return outputs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readManifest(file: string): LocatedOutput[] {
  const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as { outputs?: readonly NativeOutput[] };
  if (!Array.isArray(outputs)) throw new SetupError('bad-manifest', `${file}: Expected a list \`outputs\``);
  return outputs.map((output: NativeOutput) => {
    const { name, sources, command } = output;
    const whole =
      name && sources?.length > 0 && command?.includes('{sources}') && command.includes('{output}');
    if (!whole) {
      throw new SetupError(
        'bad-manifest',
        `${file}: Expected name, sources, and a command with {sources} and {output}`,
      );
    }
    return { ...output, folder: path.dirname(file) };
  });
}
