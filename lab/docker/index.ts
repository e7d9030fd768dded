/**
 * A Docker daemon for labs: the user's when it runs, else one of our own that leaves the machine as it is.
 */
import type { Report } from '../setup/index.ts';
import { type DockerEngine, findUserEngine } from './engine.ts';
import { findPrivateEngine, startPrivateEngine } from './private-daemon.ts';

export { canRaiseLimits } from './capabilities.ts';
export { DockerError, type DockerErrorCode } from './docker-error.ts';
export { type DockerEngine, dockerOf, feedDocker } from './engine.ts';
export { stopPrivateEngine as stopDocker } from './private-daemon.ts';

export interface EnsureDockerOptions {
  /** Told in one line what is about to take time or to change the machine. */
  readonly progress: Report;
  readonly signal?: AbortSignal;
}

/**
 * The user's running daemon, as it is; where none answers, a private one is started (or found) that outlives this
 * process, until {@link stopDocker}.
 * @throws DockerError no-docker, not-root, start-failed
 */
export async function ensureDocker({ progress, signal }: EnsureDockerOptions): Promise<DockerEngine> {
  return (await findUserEngine()) ?? (await startPrivateEngine(progress, signal));
}

/** The daemon that {@link ensureDocker} would give, if it runs; nothing is started. */
export async function findDocker(): Promise<DockerEngine | undefined> {
  return (await findUserEngine()) ?? (await findPrivateEngine());
}
