import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 5000;

export interface Outcome {
  readonly ok: boolean;
  /** Trimmed stdout, or stderr where there is none. */
  readonly output: string;
}

/** Runs a program that only looks, for at most 5 s. A program that is not there is an outcome too. */
export async function runProgram(program: string, ...args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: TIMEOUT_MS });
    return { ok: true, output: stdout.trim() || stderr.trim() };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return { ok: false, output: stderr?.trim() || message };
  }
}
