import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ensureTool } from '../../lab/tools/index.ts';

/** What Kubernetes decided: CIDRs, or why not. */
export interface Answer {
  readonly cidrs?: readonly string[];
  readonly error?: string;
}

/** A program that answers one line of JSON with another, in order. */
export class Oracle<Operation> implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  private constructor(process: ChildProcessByStdio<Writable, Readable, null>) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** @param tool a program of lab/tools, built if it is not there. */
  static async start<Operation>(tool: string): Promise<Oracle<Operation>> {
    const file = await ensureTool(tool, { onProgress: (line) => console.log(line) });
    return new Oracle<Operation>(spawn(file, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** The answers to all of these, in their order. */
  async ask(operations: readonly Operation[]): Promise<Answer[]> {
    this.#process.stdin.write(operations.map((operation) => `${JSON.stringify(operation)}\n`).join(''));
    const answers: Answer[] = [];
    for (const operation of operations) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`Expected an answer to ${JSON.stringify(operation)}, the oracle ended`);
      answers.push(JSON.parse(value) as Answer);
    }
    return answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    this.#lines.close();
  }
}
