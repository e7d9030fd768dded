import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { GO_MODULES, type GoModule } from './manifest.ts';
import { hashOwnSource } from './own-source.ts';

/** A program of the manifest and where it is, or will be, in the cache. */
export interface CachedTool {
  readonly name: string;
  readonly module: GoModule;
  readonly package: string;
  readonly folder: string;
  readonly path: string;
}

/** `$XDG_CACHE_HOME/churnlab/tools`, or the same below ~/.cache. */
export function toolsFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'churnlab/tools');
}

/**
 * The place of a program. Its folder is named by module, version and a hash of the recipe, the machine's architecture
 * and the source, where that is our own.
 * @throws RangeError when the manifest has no such program.
 */
export function locateTool(name: string): CachedTool {
  for (const module of GO_MODULES) {
    const source = module.programs[name];
    if (source === undefined) continue;
    // Not part of the program: a new list of programs or a better guess of the time builds nothing again.
    const { programs: _programs, minutes: _minutes, ...recipe } = module;
    const hash = createHash('sha256').update(JSON.stringify([recipe, process.arch]));
    if (module.source !== undefined) hashOwnSource(hash, module.source);
    const id = hash.digest('hex').slice(0, 10);
    const folder = path.join(toolsFolder(), `${module.name}-${module.version}-${id}`);
    return { name, module, package: source, folder, path: path.join(folder, name) };
  }
  const known = GO_MODULES.flatMap((module) => Object.keys(module.programs)).join(', ');
  throw new RangeError(`Expected a tool of the manifest (${known}), got ${name}`);
}

/** The version that a program of the manifest is built in, without a v. @throws RangeError as {@link locateTool} */
export function toolVersion(name: string): string {
  return locateTool(name).module.version;
}
