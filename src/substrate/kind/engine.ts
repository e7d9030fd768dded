import { execFile } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { LabError } from '../lab-error.ts';

/** A Docker daemon that answers, and how its clients find it. */
export interface Engine {
  /** Its DOCKER_HOST. */
  readonly host: string;
  /** What `docker`, `kind` and `helm` need in their environment, beside the rest of it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Told what the program says on its standard error, line by line, as it comes. */
  readonly onLine?: (line: string) => void;
}

const TIMEOUT_MS = 300_000;
/** What a message shows of the words of a program that failed. */
const LAST_LINES = 8;
const run = promisify(execFile);

/**
 * Runs a program to its end and returns what it printed.
 * @throws LabError step-failed with the command and its last words
 */
export async function command(
  program: string,
  args: readonly string[],
  { environment = {}, input, timeoutMs = TIMEOUT_MS, onLine }: CommandOptions = {},
): Promise<string> {
  try {
    const running = run(program, [...args], {
      env: { ...process.env, ...environment },
      maxBuffer: 64 << 20,
      timeout: timeoutMs,
    });
    running.child.stdin?.end(input ?? '');
    if (onLine) createInterface({ input: running.child.stderr! }).on('line', onLine);
    return (await running).stdout;
  } catch (cause) {
    const {
      stderr = '',
      stdout = '',
      message,
      killed,
    } = cause as Error & {
      stderr?: string;
      stdout?: string;
      killed?: boolean;
    };
    const why = killed
      ? `no end within ${timeoutMs / 1000} s`
      : lastWords(stderr.trim() || stdout.trim() || message);
    throw new LabError('step-failed', `${path.basename(program)} ${args.join(' ')}: ${why}`, { cause });
  }
}

/** What a program says that failed: what it calls an error itself, and its last lines. */
function lastWords(output: string): string {
  const lines = output.split('\n');
  const errors = lines.slice(0, -LAST_LINES).filter((line) => /^(ERROR|Error|error)\b/.test(line));
  return [...errors, ...lines.slice(-LAST_LINES)].join('\n  ');
}

/** `docker` against an engine. @throws LabError step-failed */
export function docker(
  { environment }: Engine,
  args: readonly string[],
  options: Omit<CommandOptions, 'environment'> = {},
): Promise<string> {
  return command('docker', args, { ...options, environment });
}

/**
 * `kind` against an engine.
 * @param program path of kind
 * @throws LabError step-failed
 */
export function kind(
  program: string,
  engine: Engine,
  args: readonly string[],
  { environment, ...options }: CommandOptions = {},
): Promise<string> {
  return command(program, args, {
    ...options,
    environment: { ...engine.environment, KIND_EXPERIMENTAL_PROVIDER: 'docker', ...environment },
  });
}

/** A running container that is a node. */
export interface NodeContainer {
  readonly name: string;
  /** Its first process, on this machine. */
  readonly pid: number;
}

/** Containers of kind's cluster that run, by kind's own label. @throws LabError step-failed */
export async function nodeContainers(engine: Engine, cluster: string): Promise<NodeContainer[]> {
  const names = await containerNames(engine, cluster, false);
  if (names.length === 0) return [];
  const inspected = await docker(engine, ['inspect', '--format', '{{.Name}} {{.State.Pid}}', ...names]);
  return inspected
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', pid]) => ({ name: name.replace(/^\//, ''), pid: Number(pid) }));
}

/** @param all those that do not run, too */
export async function containerNames(engine: Engine, cluster: string, all: boolean): Promise<string[]> {
  const filter = ['--filter', `label=io.x-k8s.kind.cluster=${cluster}`, '--format', '{{.Names}}'];
  const names = await docker(engine, ['ps', ...(all ? ['--all'] : []), ...filter]);
  return names.split('\n').filter(Boolean);
}
