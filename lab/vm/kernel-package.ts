/**
 * Kernels of the distribution, from its own packages: downloaded, unpacked into the user's cache and never installed.
 * The folder is named by package and version; deleting it costs a download.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, type Report } from '../setup/index.ts';
import { VmError } from './vm-error.ts';

const run = promisify(execFile);
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';
/** Minimal or special kernels: they lack 9p, or are no default of anybody. */
const SPECIAL = /-(cloud|rt|dbg|unsigned)/;

/** A kernel that can be booted. */
export interface Kernel {
  /** `uname -r` of it. */
  readonly release: string;
  readonly package: string;
  readonly version: string;
  /** The compressed image. */
  readonly image: string;
  /** Folder that holds `kernel/` and the indices of depmod. */
  readonly modules: string;
}

/**
 * The kernel of this name: `distribution` (what the distribution boots by default), a version such as `6.1` or `6.12`
 * (the newest package of it), or a package's whole name.
 * @throws VmError no-such-kernel with those there are, download-failed
 */
export async function ensureKernel(name: string, report: Report): Promise<Kernel> {
  const found = await resolvePackage(name);
  const version = await candidateOf(found);
  const folder = path.join(cacheDirectory(), 'kernels', `${found}_${version.replaceAll(/[^\w.+-]/g, '-')}`);
  if (!existsSync(folder)) await unpack(found, folder, report);
  const [release] = readdirSync(path.join(folder, 'lib/modules'));
  return {
    release: release!,
    package: found,
    version,
    image: path.join(folder, `boot/vmlinuz-${release}`),
    modules: path.join(folder, 'lib/modules', release!),
  };
}

/** Packages of bootable kernels, the newest last. */
async function packages(): Promise<string[]> {
  const { stdout } = await run('apt-cache', [
    'search',
    '--names-only',
    `^linux-image-[0-9].*${ARCHITECTURE}$`,
  ]);
  return stdout
    .split('\n')
    .map((line) => line.split(' ')[0]!)
    .filter((name) => /^linux-image-\d+\.\d+\.\d+/.test(name) && !SPECIAL.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

async function resolvePackage(name: string): Promise<string> {
  const known = await packages().catch((cause) => {
    const message =
      'Expected apt to find kernels with, found none: --substrate vm needs Debian or Ubuntu for now';
    throw new VmError('no-such-kernel', message, { cause });
  });
  const wanted = name === 'distribution' ? await metaPackage() : name;
  const exact = known.find((each) => each === wanted);
  const newest = known.findLast((each) => each.startsWith(`linux-image-${wanted}.`));
  const found = exact ?? newest;
  if (found !== undefined) return found;
  const versions = [...new Set(known.map((each) => /\d+\.\d+/.exec(each)![0]))];
  const hint =
    versions.length > 0 ? `distribution, ${versions.join(', ')}` : 'none: run apt-get update first';
  throw new VmError('no-such-kernel', `Expected a kernel that apt has (${hint}), got ${name}`);
}

/** What the distribution's own meta package depends on. */
async function metaPackage(): Promise<string> {
  const { stdout } = await run('apt-cache', ['depends', `linux-image-${ARCHITECTURE}`]);
  return /Depends: (linux-image-\S+)/.exec(stdout)?.[1] ?? '';
}

async function candidateOf(name: string): Promise<string> {
  const { stdout } = await run('apt-cache', ['policy', name]);
  return /Candidate: (\S+)/.exec(stdout)?.[1] ?? 'unknown';
}

async function unpack(name: string, folder: string, report: Report): Promise<void> {
  report(`downloading ${name} (about 70 MB, once)`);
  const store = path.dirname(folder);
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(path.join(store, '.unpack-'));
  try {
    // As the user that runs this: apt's own would not be let into a cache folder.
    await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', name], { cwd: work });
    const archive = path.join(work, readdirSync(work)[0]!);
    const root = path.join(work, 'root');
    await run('dpkg-deb', ['-x', archive, root]);
    flatten(root);
    const [release] = readdirSync(path.join(root, 'lib/modules'));
    await run('depmod', ['-b', root, release!]);
    renameSync(root, folder);
  } catch (cause) {
    if (existsSync(folder)) return; // Somebody else was quicker.
    const message = `download ${name}: ${(cause as { stderr?: string }).stderr?.trim() || (cause as Error).message}`;
    throw new VmError('download-failed', message, { cause });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Newer packages have their modules below usr/. */
function flatten(root: string): void {
  const merged = path.join(root, 'usr/lib/modules');
  if (existsSync(path.join(root, 'lib/modules')) || !existsSync(merged)) return;
  mkdirSync(path.join(root, 'lib'), { recursive: true });
  renameSync(merged, path.join(root, 'lib/modules'));
}
