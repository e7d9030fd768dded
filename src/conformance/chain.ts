import type { CniCommand } from '../cni/index.ts';
import type { NamespaceDaemon } from '../kernel/index.ts';

/** Killed after this: a plugin that does not come back fails its requirement, and the next is asked. */
const CALL_LIMIT_S = 60;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A plugin of the chain, as the configuration has it. */
export interface ChainPlugin {
  readonly type: string;
  /** Path of the program. */
  readonly program: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Parameters that name an attachment. */
export interface AttachmentParameters {
  readonly containerId: string;
  /** Path of the namespace; empty where the call has none. */
  readonly netns: string;
  readonly ifname: string;
}

/** How one execution of a plugin ended. */
export interface Answer {
  readonly plugin: string;
  readonly exitCode: number;
  readonly signal: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a verb of the whole chain ended: at the first plugin that failed, or with the last. */
export interface ChainAnswer {
  /** Of each plugin that was executed, in this order. */
  readonly answers: readonly Answer[];
  readonly last: Answer;
  /** What the last plugin printed at ADD, as it is; undefined when it failed or printed no JSON. */
  readonly result: unknown;
}

/** What is unlike an ordinary call. */
export interface CallChanges {
  /** Variables of the call; undefined leaves one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Fields of the configuration; undefined leaves one out. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** In place of the configuration. */
  readonly stdin?: string;
  /** SIGKILL for the plugin and what it started, after so many ms. */
  readonly killAfterMs?: number;
}

/** A network whose plugins are executed in a node: nothing is interpreted, everything can be put wrong. */
export class Chain {
  readonly name: string;
  readonly version: string;
  readonly plugins: readonly ChainPlugin[];
  /** As CNI_PATH has it. */
  readonly path: string;
  readonly #daemon: NamespaceDaemon;

  constructor(daemon: NamespaceDaemon, network: Pick<Chain, 'name' | 'version' | 'plugins' | 'path'>) {
    this.#daemon = daemon;
    this.name = network.name;
    this.version = network.version;
    this.plugins = network.plugins;
    this.path = network.path;
  }

  /** The plugin that makes the interface. */
  get first(): ChainPlugin {
    return this.plugins[0]!;
  }

  /** Executes one plugin once. */
  async call(
    { type, program, config }: ChainPlugin,
    command: CniCommand | (string & {}),
    attachment: AttachmentParameters | undefined,
    changes: CallChanges = {},
  ): Promise<Answer> {
    const variables = {
      PATH,
      CNI_COMMAND: command,
      CNI_PATH: this.path,
      ...(attachment && {
        CNI_CONTAINERID: attachment.containerId,
        CNI_NETNS: attachment.netns,
        CNI_IFNAME: attachment.ifname,
      }),
      ...changes.env,
    };
    // Derived from the plugin's configuration (SPEC.md, "Deriving request configuration").
    const { capabilities: _, ...own } = config;
    const request = { ...own, cniVersion: this.version, name: this.name, ...changes.config };
    const limit = (changes.killAfterMs ?? CALL_LIMIT_S * 1000) / 1000;
    const outcome = await this.#daemon.run({
      argv: ['/usr/bin/timeout', '--signal=KILL', String(limit), program],
      env: Object.fromEntries(
        Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      stdin: changes.stdin ?? JSON.stringify(request),
    });
    const { exitCode, signal, stdout, stderr } = outcome;
    return { plugin: type, exitCode, signal, stdout, stderr };
  }

  /** ADD: each plugin in turn, with what the one before it printed. */
  async add(attachment: AttachmentParameters, changes: CallChanges = {}): Promise<ChainAnswer> {
    const answers: Answer[] = [];
    let result: unknown;
    for (const plugin of this.plugins) {
      const config = { ...(result === undefined ? {} : { prevResult: result }), ...changes.config };
      const answer = await this.call(plugin, 'ADD', attachment, { ...changes, config });
      answers.push(answer);
      result = jsonOf(answer);
      if (result === undefined) break;
    }
    return { answers, last: answers.at(-1)!, result };
  }

  /** Any other verb: DEL in reverse order. `prevResult` is left out when it is undefined. */
  async each(
    command: Exclude<CniCommand, 'ADD' | 'VERSION'>,
    attachment: AttachmentParameters | undefined,
    prevResult?: unknown,
    changes: CallChanges = {},
  ): Promise<ChainAnswer> {
    const answers: Answer[] = [];
    for (const plugin of command === 'DEL' ? this.plugins.toReversed() : this.plugins) {
      const answer = await this.call(plugin, command, attachment, {
        ...changes,
        config: { prevResult, ...changes.config },
      });
      answers.push(answer);
      if (answer.exitCode !== 0 || answer.signal !== 0) break;
    }
    return { answers, last: answers.at(-1)!, result: undefined };
  }
}

function jsonOf({ exitCode, signal, stdout }: Answer): unknown {
  if (exitCode !== 0 || signal !== 0) return undefined;
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
