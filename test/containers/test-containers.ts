/** Servers of tests as containers, by testcontainers, in the engine that labs use. */
import type { GenericContainer, StartedTestContainer, WaitStrategy } from 'testcontainers';
import { type DockerEngine, ensureDocker } from '../../lab/docker/index.ts';
import { ensureProgramImage } from '../../lab/images/index.ts';
import type { Running } from '../../lab/kubernetes/index.ts';
import { OWNER_LABEL, sweep } from './sweep.ts';
import { processMark } from './test-process.ts';

const LAST_LINES = 5;

/** An engine in which containers of tests can be started; what runs that were killed left in it is gone. */
export class TestContainers {
  readonly engine: DockerEngine;
  readonly #library: typeof import('testcontainers');

  private constructor(engine: DockerEngine, library: typeof import('testcontainers')) {
    this.engine = engine;
    this.#library = library;
  }

  /** @throws DockerError where there can be no Docker */
  static async open(): Promise<TestContainers> {
    const engine = await ensureDocker({ progress: () => {} });
    await sweep(engine);
    // Read when the library first looks for an engine.
    Object.assign(process.env, engine.environment);
    if (engine.private) {
      // It has no way out, by which the reaper's image would have to come, and no network for it.
      process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
      // It runs here, also where this machine is a container itself.
      process.env.TESTCONTAINERS_HOST_OVERRIDE = '127.0.0.1';
    }
    const library = await import('testcontainers');
    const client = await library.getContainerRuntimeClient();
    await library.getReaper(client).catch(() => {
      // Its image cannot be pulled: the sweep of the next run does its work.
      process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
    });
    return new TestContainers(engine, library);
  }

  /** A container of one of our tools, to be configured and started. Its image is made where it is missing. */
  async of(tool: string): Promise<GenericContainer> {
    const image = await ensureProgramImage(this.engine, tool, () => {});
    return new this.#library.GenericContainer(image).withLabels({ [OWNER_LABEL]: processMark()! });
  }

  /** Resolves a container's start when it has said this. */
  saying(words: RegExp): WaitStrategy {
    return this.#library.Wait.forLogMessage(words);
  }

  /** Starts one of our tools in the machine's own network, where it listens as it would as a process. */
  async launch(tool: string, args: readonly string[], folder: string): Promise<Running> {
    const container = (await this.of(tool))
      .withNetworkMode('host')
      .withBindMounts([{ source: folder, target: folder, mode: 'rw' }])
      .withCommand([...args]);
    return new RunningContainer(
      tool,
      await container.start(),
      await this.#library.getContainerRuntimeClient(),
    );
  }
}

type Client = Awaited<ReturnType<typeof import('testcontainers').getContainerRuntimeClient>>;

class RunningContainer implements Running {
  readonly #tool: string;
  readonly #container: StartedTestContainer;
  readonly #client: Client;

  constructor(tool: string, container: StartedTestContainer, client: Client) {
    this.#tool = tool;
    this.#container = container;
    this.#client = client;
  }

  async failure(): Promise<never> {
    const handle = this.#client.container.getById(this.#container.getId());
    const { StatusCode } = await handle.wait();
    const log = await handle.logs({ stdout: true, stderr: true, tail: LAST_LINES }).catch(() => Buffer.of());
    throw new Error(`${this.#tool} ended with exit status ${StatusCode}:\n${textOf(log)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop();
  }
}

/** Both outputs come in frames: eight bytes of head, the last four of them the size (Docker Engine API, ContainerAttach). */
function textOf(frames: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= frames.length; ) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    parts.push(frames.toString('utf8', at + 8, end));
    at = end;
  }
  return parts.join('');
}
