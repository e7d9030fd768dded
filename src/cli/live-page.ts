import { LiveServer } from '../report/index.ts';

/** One page for all runs of a command, opened with the first of them: a command that is refused has none. */
export class LivePage implements AsyncDisposable {
  readonly #wanted: boolean;
  #server: LiveServer | undefined;

  constructor(wanted: boolean) {
    this.#wanted = wanted;
  }

  /** The page, which is said on stderr where it is; undefined when none is wanted. */
  async open(): Promise<LiveServer | undefined> {
    if (!this.#wanted || this.#server) return this.#server;
    this.#server = await LiveServer.start();
    process.stderr.write(`Live page: ${this.#server.url}\n`);
    return this.#server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }
}
