/** Runs plugins as children of this process, in its own namespaces: for tests and for use outside the lab. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { monotonicNs } from '../clock.ts';
import type { Executor } from './executor.ts';

export interface SpawnOptions {
  /** A program that is started in front of each plugin, e.g. ['ip', 'netns', 'exec', 'node1']. */
  readonly prefix?: readonly string[];
  /** The plugin is killed after this many ms; absent: never. */
  readonly timeoutMs?: number;
}

/** Output beyond this is cut: a result is some KiB. */
const MAX_OUTPUT_BYTES = 4 << 20;

/**
 * An executor over child_process. Starting a program blocks the event loop for 1 ms or more, the longer the more
 * memory this process has: a harness that measures uses another one.
 */
export function spawnExecutor({ prefix = [], timeoutMs }: SpawnOptions = {}): Executor {
  return ({ plugin, env, stdin }) =>
    new Promise((resolve, reject) => {
      const [program = plugin, ...args] = [...prefix, plugin];
      const startedNs = monotonicNs();
      const child = spawn(program, args, {
        env,
        ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
      });
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
      child.on('error', reject);
      child.on('close', (exitCode, signal) => {
        resolve({
          exitCode: exitCode ?? 0,
          signal: signal === null ? 0 : constants.signals[signal],
          stdout: stdout(),
          stderr: stderr(),
          startedNs,
          endedNs: monotonicNs(),
        });
      });
      // A program may end without reading what it was sent.
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
    });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
