import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A program that runs beside us until it is disposed of. */
export interface Running extends AsyncDisposable {
  /** Rejects with the last lines of its output when the program ends. */
  failure(): Promise<never>;
}

/** Starts one of our tools; `folder` is where it keeps all it writes. */
export type Launch = (tool: string, args: readonly string[], folder: string) => Promise<Running>;

/** A program as a process; what it prints is in a file. */
export class Child implements Running {
  readonly name: string;
  readonly log: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<string>;

  private constructor(name: string, log: string, child: ChildProcess) {
    this.name = name;
    this.log = log;
    this.#process = child;
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) =>
        resolve(signal === null ? `exit status ${code}` : `signal ${signal}`),
      );
    });
  }

  /** @param folder where the output goes, as <name>.log */
  static start(folder: string, file: string, args: readonly string[], env?: NodeJS.ProcessEnv): Child {
    const name = path.basename(file);
    const log = path.join(folder, `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(file, args, {
      stdio: ['ignore', output, output],
      cwd: folder,
      ...(env ? { env } : {}),
    });
    return new Child(name, log, child);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async failure(): Promise<never> {
    const how = await this.#ended;
    const lines = (await readFile(this.log, 'utf8')).trimEnd().split('\n').slice(-5);
    throw new Error(`${this.name} ended with ${how}:\n${lines.join('\n')}`);
  }

  /** Ends it: asked first, killed after 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.#ended;
    clearTimeout(timer);
  }
}
