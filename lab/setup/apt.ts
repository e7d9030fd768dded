import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Report } from './report.ts';
import { SetupError } from './setup-error.ts';

/** Runs a program and resolves to its output; rejects with `stdout` and `stderr` on the error. */
export type RunProgram = (
  program: string,
  args: readonly string[],
) => Promise<{ stdout: string; stderr: string }>;

/** Asks nothing, and keeps Ubuntu's needrestart from restarting services after an installation. */
const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C' };
/** Another apt-get at work (unattended upgrades) is waited for. */
const WAIT = ['-o', 'DPkg::Lock::Timeout=300'];

const runProgram: RunProgram = (program, args) =>
  promisify(execFile)(program, args, {
    env: { ...process.env, ...ENVIRONMENT },
    maxBuffer: 64 * 1024 * 1024,
  });

/**
 * Installs Debian packages. The package lists are fetched only when they lack a name or are out of date.
 * @throws SetupError install-failed, with apt's output
 */
export async function aptInstall(names: readonly string[], report: Report, run = runProgram): Promise<void> {
  const started = performance.now();
  report(`installing system packages: ${names.join(' ')}`);
  const known = await run('apt-cache', ['show', '--no-all-versions', ...names]).then(
    () => true,
    () => false,
  );
  if (!known) await update(report, run);
  try {
    await install(names, run);
  } catch (error) {
    if (!known) throw failed('apt-get install', error);
    await update(report, run); // lists older than the archive name files that are gone
    await install(names, run).catch((again) => Promise.reject(failed('apt-get install', again)));
  }
  report(`system packages installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function install(names: readonly string[], run: RunProgram): Promise<void> {
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...WAIT, ...names]);
}

async function update(report: Report, run: RunProgram): Promise<void> {
  report('fetching package lists (apt-get update)');
  await run('apt-get', ['update', ...WAIT]).catch((error) => Promise.reject(failed('apt-get update', error)));
}

function failed(what: string, error: unknown): SetupError {
  const {
    stdout = '',
    stderr = '',
    message,
  } = error as { stdout?: string; stderr?: string; message: string };
  const first = stderr.split('\n').find((line) => line.startsWith('E:')) ?? message.split('\n')[0] ?? '';
  return new SetupError('install-failed', `${what}: ${first}`, `${stdout}${stderr}`);
}
