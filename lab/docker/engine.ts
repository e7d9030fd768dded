import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { $ } from 'zx';

/** A Docker daemon that answers. */
export interface DockerEngine {
  /** Its DOCKER_HOST, such as `unix:///run/docker.sock`. */
  readonly host: string;
  /** True for the daemon that this lab started for itself. */
  readonly private: boolean;
  /** What `docker` and `kind` need in their environment, beside the rest of it, to reach this daemon. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The daemon that a user's own `docker` talks to, by DOCKER_HOST or its context; undefined when none answers. */
export async function findUserEngine(): Promise<DockerEngine | undefined> {
  if (!(await answers({}))) return undefined;
  const format = '{{.Endpoints.docker.Host}}';
  const context = await $({ quiet: true, nothrow: true })`docker context inspect --format ${format}`;
  const host = process.env.DOCKER_HOST || context.stdout.trim();
  return { host, private: false, environment: { DOCKER_HOST: host } };
}

/** Whether a daemon answers the client that has these in its environment. */
export async function answers(environment: Readonly<Record<string, string>>): Promise<boolean> {
  const format = '{{.Server.Version}}';
  const ask = $({ quiet: true, nothrow: true, timeout: '20s', env: { ...process.env, ...environment } });
  const { exitCode, stdout } = await ask`docker version --format ${format}`;
  return exitCode === 0 && /^\d/.test(stdout);
}

/** Runs `docker` against an engine; rejects with its output when it fails. */
export function dockerOf({ environment }: DockerEngine) {
  const run = $({ quiet: true, env: { ...process.env, ...environment } });
  return (...args: readonly string[]) => run`docker ${args}`;
}

/** Runs `docker` with this on its standard input, and tells how that ended. */
export async function feedDocker(
  { environment }: DockerEngine,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
): Promise<{ readonly ok: boolean; readonly stderr: string }> {
  const docker = $({ quiet: true, nothrow: true, env: { ...process.env, ...environment } })`docker ${args}`;
  const fed = pipeline(Readable.from(input), docker.stdin).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  const { exitCode, stderr } = await docker;
  const failure = await fed;
  // A client that ended early says why by itself.
  if (failure && exitCode === 0) throw failure;
  return { ok: exitCode === 0, stderr };
}
