/**
 * Builds the pinned programs of the manifest from Go modules, once, into the user's cache.
 *
 *   node lab/tools/go-tool.ts kube-apiserver etcd     builds what is missing and prints the paths
 *   node lab/tools/go-tool.ts --list                  prints what there is
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { $ } from 'zx';
import { findGo, goEnv } from './go.ts';
import { GO_MODULES, type GoModule } from './manifest.ts';
import { copyOwnSource, isOwnModule } from './own-source.ts';
import { type CachedTool, locateTool, toolsFolder } from './tool-cache.ts';
import { ToolError } from './tool-error.ts';

export interface EnsureOptions {
  /** Told in one line what is about to take time, and how long it took. */
  readonly onProgress?: (line: string) => void;
}

/**
 * The path of a program, after building it if it is not in the cache. Two that ask at once, in whatever process,
 * build it once: one build at a time for the whole user.
 * @throws ToolError go-missing, go-too-old, build-failed; RangeError for a name that is not in the manifest
 */
export async function ensureTool(name: string, options: EnsureOptions = {}): Promise<string> {
  const tool = locateTool(name);
  if (!existsSync(tool.path)) await build(tool, options.onProgress ?? (() => {}));
  return tool.path;
}

/** A folder that holds these programs of one module, such as a CNI_PATH of reference plugins. */
export async function ensureToolFolder(names: readonly [string, ...string[]], options?: EnsureOptions) {
  for (const name of names) await ensureTool(name, options);
  return locateTool(names[0]).folder;
}

async function build(tool: CachedTool, onProgress: (line: string) => void): Promise<void> {
  const { module } = tool;
  const title = `${tool.name} ${module.version}`;
  const go = await findGo(title, module.go);
  await mkdir(tool.folder, { recursive: true });
  const work = await mkdtemp(path.join(tool.folder, '.build-'));
  try {
    const isLocked = module.source !== undefined && isOwnModule(module.source);
    if (!isLocked) await writeFile(path.join(work, 'go.mod'), goMod(module));
    if (module.source !== undefined) copyOwnSource(module.source, work);
    onProgress(
      `building ${title} from ${module.source ?? module.module} (${forecast(module)} the first time, cached afterwards)`,
    );
    const begin = performance.now();
    const flags = [
      '-trimpath',
      '-buildvcs=false',
      isLocked ? '-mod=readonly' : '-mod=mod',
      '-ldflags',
      linkerFlags(module),
      ...(module.tags ? ['-tags', module.tags.join(',')] : []),
      '-o',
      `${work}/out`,
    ];
    // The lock is the kernel's: it goes with the process that holds it. Who had to wait finds the work done.
    const locked = $({ quiet: true, nothrow: true, cwd: work, env: goEnv(module.cgo) });
    const script = 'test -x "$0" || "$@"';
    const lock = path.join(toolsFolder(), '.lock');
    const result =
      await locked`flock ${lock} sh -c ${script} ${tool.path} ${go} build ${flags} ${tool.package}`;
    if (result.exitCode !== 0) throw buildFailed(title, result.stderr);
    // Another process may have been first: then there is nothing to move.
    if (existsSync(`${work}/out`)) await rename(`${work}/out`, tool.path);
    onProgress(`built ${title} in ${Math.round((performance.now() - begin) / 1000)} s: ${tool.path}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A main module that requires the one to build, or to build against, and says where its staging modules are published. */
function goMod({ name, module, version, go, requires = {}, staging, replace = {} }: GoModule): string {
  const needed = Object.entries({ [module]: version, ...requires }).map(
    ([path, v]) => `require ${path} v${v}\n`,
  );
  const published = (staging?.modules ?? []).map((path) => [path, staging?.version]);
  const lines = [...published, ...Object.entries(replace)].map(
    ([path, v]) => `replace ${path} => ${path} v${v}\n`,
  );
  return `module churnlab.dev/tools/${name}\n\ngo ${go}\n\n${needed.join('')}\n${lines.join('')}`;
}

function linkerFlags({ variables = {} }: GoModule): string {
  return ['-s -w', ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

function buildFailed(title: string, output: string): ToolError {
  const first = output.split('\n').find((line) => line !== '' && !line.startsWith('go: downloading'));
  return new ToolError('build-failed', `build ${title}: ${first ?? 'go build failed'}`, output);
}

function forecast({ minutes }: GoModule): string {
  return minutes < 1 ? `about ${minutes * 60} s` : `about ${minutes} min`;
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  if (names.length === 0 || names[0] === '--list') {
    for (const name of GO_MODULES.flatMap((module) => Object.keys(module.programs))) {
      const { path: place, module } = locateTool(name);
      console.log(
        `${name.padEnd(26)}${module.version.padEnd(10)}${existsSync(place) ? place : '(not built)'}`,
      );
    }
  } else {
    try {
      for (const name of names)
        console.log(await ensureTool(name, { onProgress: (line) => console.error(line) }));
    } catch (error) {
      if (!(error instanceof ToolError || error instanceof RangeError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
