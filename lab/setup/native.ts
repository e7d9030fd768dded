/**
 * Compiles the C programs and BPF objects that `build.json` files beside their sources describe, once, into the
 * user's cache: native/<hash of all that decides the result>/<name>. The folder may be deleted at any time.
 */
import { execFile } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, ROOT } from '../bootstrap.mjs';
import { findProgram } from './find-program.ts';
import { type LocatedOutput, readManifests } from './native-manifest.ts';
import { type Report, silent } from './report.ts';
import { SetupError } from './setup-error.ts';

export interface NativeOptions {
  readonly report?: Report;
  /** Root of the sources. */
  readonly root?: string;
  /** The folder that holds one folder per hash. */
  readonly cache?: string;
}

/** Bump when this file changes what is made from the same inputs. */
const RECIPE = 1;

/**
 * Compiles what the cache does not hold yet.
 * @returns name of each output -> absolute path
 * @throws SetupError packages-missing (no compiler), compile-failed, bad-manifest
 */
export async function buildNative(options: NativeOptions = {}): Promise<ReadonlyMap<string, string>> {
  const outputs = readManifests(options.root ?? ROOT);
  return new Map(
    await Promise.all(outputs.map(async (output) => [output.name, await build(output, options)] as const)),
  );
}

/**
 * The path of one compiled program or BPF object, after compiling it if the cache does not hold it.
 * @throws SetupError as {@link buildNative}; RangeError when no build.json has the name
 */
export async function ensureNative(name: string, options: NativeOptions = {}): Promise<string> {
  const outputs = readManifests(options.root ?? ROOT);
  const output = outputs.find((each) => each.name === name);
  if (output) return await build(output, options);
  throw new RangeError(`Expected one of ${outputs.map((each) => each.name).join(', ')}, got ${name}`);
}

async function build(output: LocatedOutput, { report = silent, cache }: NativeOptions): Promise<string> {
  const [program, ...args] = output.command;
  const compiler = findProgram(program);
  if (!compiler)
    throw new SetupError('packages-missing', `${output.name} is compiled with ${program}, which is not here`);
  const store = cache ?? path.join(cacheDirectory(), 'native');
  const folder = path.join(store, hashInputs(output, compiler));
  const file = path.join(folder, output.name);
  if (isIntact(folder, output.name)) return file;

  report(`compiling ${output.name}`);
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(path.join(store, '.build-'));
  try {
    const made = path.join(work, output.name);
    const words = args.flatMap((word) =>
      word === '{sources}' ? output.sources : [word.replaceAll('{output}', made)],
    );
    await compile(output, compiler, words);
    writeFileSync(path.join(work, 'sha256'), hashFile(made));
    rmSync(folder, { recursive: true, force: true }); // not there, or not intact
    publish(work, folder, output.name);
    return file;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function compile(output: LocatedOutput, compiler: string, words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(compiler, words, { cwd: output.folder, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const stderr = String((error as { stderr?: string }).stderr ?? '');
    const first = stderr.split('\n').find((line) => line.includes('error')) ?? (error as Error).message;
    throw new SetupError('compile-failed', `compile ${output.name}: ${first.trim()}`, stderr);
  }
}

/** Moves the finished folder to its place in one step; who comes second finds the same bytes there. */
function publish(work: string, folder: string, name: string): void {
  try {
    renameSync(work, folder);
  } catch (error) {
    if (!isIntact(folder, name)) throw error;
  }
}

/** False for a folder that is absent or that a crash of the machine left half written. */
function isIntact(folder: string, name: string): boolean {
  const [file, sum] = [path.join(folder, name), path.join(folder, 'sha256')];
  return existsSync(file) && existsSync(sum) && readFileSync(sum, 'utf8') === hashFile(file);
}

function hashFile(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The compiler goes in by its file's identity: asking it for its version would cost more than all the rest. */
function hashInputs(
  { name, sources, headers = [], command, folder }: LocatedOutput,
  compiler: string,
): string {
  const binary = realpathSync(compiler);
  const { size, mtimeMs } = statSync(binary);
  const hash = createHash('sha256').update(
    JSON.stringify([RECIPE, name, command, process.arch, binary, size, mtimeMs]),
  );
  for (const file of [...sources, ...headers]) addFile(hash, file, path.join(folder, file));
  return hash.digest('hex').slice(0, 32);
}

function addFile(hash: Hash, name: string, file: string): void {
  if (!existsSync(file))
    throw new SetupError('bad-manifest', `Expected the file ${file}, which a build.json names`);
  const bytes = readFileSync(file);
  hash.update(`\0${name}\0${bytes.length}\0`).update(bytes);
}
