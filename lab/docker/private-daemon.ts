import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileLock } from '../../src/kernel/index.ts';
import { missingPrivilege, type Report } from '../setup/index.ts';
import { ensureTool } from '../tools/index.ts';
import { canRaiseLimits } from './capabilities.ts';
import { daemonConfig } from './daemon-config.ts';
import { type DaemonPaths, daemonPaths } from './daemon-paths.ts';
import { DockerError } from './docker-error.ts';
import { answers, type DockerEngine, dockerOf } from './engine.ts';
import { rememberTraces, removeTraces } from './host-traces.ts';
import { ensureDockerPrograms } from './programs.ts';
import { enterUser, hasOtherUsers } from './users.ts';

const STEP_MS = 100;
const START_MS = 60_000;
const STOP_MS = 30_000;

/** The private daemon when it runs, and whether by this process' word or another's. */
export async function findPrivateEngine(paths = daemonPaths()): Promise<DockerEngine | undefined> {
  if (daemonPid(paths) === undefined) return undefined;
  const engine = engineAt(paths, await ensureDockerPrograms(() => {}));
  return (await answers(engine.environment)) ? engine : undefined;
}

/**
 * Starts the private daemon, detached, or finds it running. It lives in a mount namespace of its own, so that what it
 * mounts goes with it.
 * @throws DockerError no-docker, not-root, start-failed
 */
export async function startPrivateEngine(
  report: Report,
  signal?: AbortSignal,
  paths = daemonPaths(),
): Promise<DockerEngine> {
  const lack = missingPrivilege();
  if (lack)
    throw new DockerError(
      'not-root',
      `No Docker daemon answers, and this is ${lack}, which cannot start one`,
    );
  const folders = await ensureDockerPrograms(report);
  const engine = engineAt(paths, folders);
  mkdirSync(paths.home, { recursive: true, mode: 0o700 });
  using lock = new FileLock(paths.lock, 0o600);
  await take(lock, signal);
  enterUser(paths.users);
  if (daemonPid(paths) === undefined) {
    report(`starting a Docker daemon for labs (socket ${paths.socket}, data in ${paths.data})`);
    await start(paths, engine, report);
  }
  await untilAnswers(paths, engine, signal);
  return engine;
}

/**
 * Stops the private daemon when no container runs and no other command works with it, or with `force` whatever runs, and
 * leaves of it only images.
 * False when it goes on.
 * @throws DockerError stop-failed
 */
export async function stopPrivateEngine({
  force = false,
  paths = daemonPaths(),
}: {
  readonly force?: boolean;
  readonly paths?: DaemonPaths;
} = {}): Promise<boolean> {
  if (!existsSync(paths.home)) return true;
  using lock = new FileLock(paths.lock, 0o600);
  await take(lock);
  if (!force && hasOtherUsers(paths.users)) return false;
  // One that was killed left what only a daemon can remove.
  if (daemonPid(paths) === undefined && existsSync(paths.traces)) {
    const engine = engineAt(paths, await ensureDockerPrograms(() => {}));
    await start(paths, engine, () => {});
    await untilAnswers(paths, engine);
  }
  const pid = daemonPid(paths);
  if (pid !== undefined) {
    const engine = await findPrivateEngine(paths);
    if (engine && !(await empty(engine, force))) return false;
    process.kill(pid, 'SIGTERM');
    await untilGone(paths, pid);
  }
  removeTraces(paths.traces, paths.cgroup);
  for (const file of [paths.socket, paths.pid]) rmSync(file, { force: true });
  for (const folder of [paths.run, paths.users]) rmSync(folder, { recursive: true, force: true });
  return true;
}

/** Removes containers and networks, whose bridges would outlive the daemon. False when some run and may not be ended. */
async function empty(engine: DockerEngine, force: boolean): Promise<boolean> {
  const docker = dockerOf(engine);
  if (!force && (await docker('ps', '--quiet')).stdout.trim() !== '') return false;
  const containers = (await docker('ps', '--all', '--quiet')).stdout.split('\n').filter(Boolean);
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
  await docker('network', 'prune', '--force');
  return true;
}

async function start(paths: DaemonPaths, engine: DockerEngine, report: Report): Promise<void> {
  const runtime = canRaiseLimits()
    ? undefined
    : await ensureTool('runc-within-limits', { onProgress: report });
  rememberTraces(paths.traces);
  rmSync(paths.pid, { force: true });
  forgetEnded(path.join(paths.run, 'containerd/containerd.pid'));
  writeFileSync(paths.config, JSON.stringify(daemonConfig(paths, runtime), null, 2));
  launch(paths, engine);
}

/**
 * dockerd takes a containerd that has ended for a running one while nobody has waited for it, as after dockerd itself was
 * killed, and then waits for it in vain.
 */
function forgetEnded(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  // A process that has ended has no executable any more.
  if (!existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/exe`)) rmSync(pidFile);
}

function engineAt(paths: DaemonPaths, folders: readonly string[]): DockerEngine {
  const host = `unix://${paths.socket}`;
  const searchPath = [...folders, process.env.PATH].join(path.delimiter);
  return { host, private: true, environment: { DOCKER_HOST: host, PATH: searchPath } };
}

function launch(paths: DaemonPaths, { environment }: DockerEngine): void {
  const log = openSync(paths.log, 'w', 0o600);
  const command = ['--mount', '--propagation', 'slave', 'dockerd', '--config-file', paths.config];
  spawn('unshare', command, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    // Not DOCKER_HOST: the daemon is no client.
    env: { ...process.env, PATH: environment.PATH },
  })
    .on('error', () => {}) // said by its absence
    .unref();
  closeSync(log);
}

async function untilAnswers(paths: DaemonPaths, engine: DockerEngine, signal?: AbortSignal): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += STEP_MS) {
    if (existsSync(paths.socket) && (await answers(engine.environment))) return;
    await sleep(STEP_MS, undefined, { signal });
  }
  const output = readFileSync(paths.log, 'utf8');
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  throw new DockerError('start-failed', `start dockerd: ${last} (${paths.log})`, output);
}

async function untilGone(paths: DaemonPaths, pid: number): Promise<void> {
  for (let waited = 0; waited < STOP_MS; waited += STEP_MS) {
    if (daemonPid(paths) === undefined) return;
    await sleep(STEP_MS);
  }
  throw new DockerError(
    'stop-failed',
    `dockerd (process ${pid}) has not ended ${STOP_MS / 1000} s after SIGTERM`,
  );
}

/** The daemon's process: the one of the pid file, if that is alive and a dockerd with our configuration. */
function daemonPid(paths: DaemonPaths): number | undefined {
  try {
    const pid = Number(readFileSync(paths.pid, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.includes(paths.config) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** One starts or stops it at a time; who waits finds it done. */
async function take(lock: FileLock, signal?: AbortSignal): Promise<void> {
  for (let waited = 0; waited < START_MS + STOP_MS; waited += STEP_MS) {
    if (lock.tryTake()) return;
    await sleep(STEP_MS, undefined, { signal });
  }
  throw new DockerError('start-failed', 'start dockerd: another command has been at it for too long');
}
