import { randomUUID } from 'node:crypto';
import type { LabContainer } from './container.ts';

/** Told on to what runs inside; Docker itself has no way to signal a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What tells a program how to print. */
const ENVIRONMENT = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'TERM', 'COLUMNS'] as const;

export interface ExecOptions {
  readonly command: readonly string[];
  readonly cwd: string;
}

/** Runs a command in the container with this process's output, and resolves to its exit code. */
export async function execInside(container: LabContainer, { command, cwd }: ExecOptions): Promise<number> {
  const pidFile = `/run/churnlab-exec-${randomUUID()}`;
  const exec = await container.exec({
    Cmd: ['sh', '-c', 'echo $$ > "$0"; exec "$@"', pidFile, ...command],
    WorkingDir: cwd,
    Env: ENVIRONMENT.flatMap((name) =>
      process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
    ),
    AttachStdout: true,
    AttachStderr: true,
  });
  const forward = SIGNALS.map((signal) => {
    const handler = () => void signalInside(container, pidFile, signal);
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  try {
    const stream = await exec.start({});
    container.modem.demuxStream(stream, process.stdout, process.stderr);
    await new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject));
    return (await exec.inspect()).ExitCode ?? 1;
  } finally {
    for (const stop of forward) stop();
    await runQuietly(container, ['rm', '-f', pidFile]);
  }
}

async function signalInside(
  container: LabContainer,
  pidFile: string,
  signal: (typeof SIGNALS)[number],
): Promise<void> {
  await runQuietly(container, ['sh', '-c', `kill -${signal.slice(3)} "$(cat "$0")"`, pidFile]);
}

async function runQuietly(container: LabContainer, command: readonly string[]): Promise<void> {
  const exec = await container.exec({ Cmd: [...command] });
  await exec.start({ Detach: true });
}
