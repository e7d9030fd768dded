/** Executes one plugin once: finds it, starts it, reads its answer, notes when. */
import { monotonicNs } from '../clock.ts';
import type { NetworkList, PluginConfig } from '../config.ts';
import { CNI_CODES, CniError } from '../errors.ts';
import { type CniResult, resultFromJson } from '../result.ts';
import { type CniCommand, CURRENT_VERSION } from '../versions.ts';
import { CniCallError, type CniCallErrorCode, errorOfOutcome } from './call-error.ts';
import type { Executor, PluginOutcome } from './executor.ts';
import { type RequestAdditions, requestConfig, requestEnvironment } from './request.ts';
import { chainTiming, type PluginTiming } from './timing.ts';

export interface PluginCallerOptions {
  readonly pluginPath: readonly string[];
  readonly executor: Executor;
  readonly environment: Readonly<Record<string, string>>;
  readonly findPlugin: (type: string, pluginPath: readonly string[]) => string | undefined;
}

/** The plugins of one chain in the order in which they are called; remembers their timings. */
export class PluginCaller {
  readonly timings: PluginTiming[] = [];
  readonly #options: PluginCallerOptions;
  readonly #list: NetworkList;
  readonly #command: CniCommand;

  constructor(options: PluginCallerOptions, list: NetworkList, command: CniCommand) {
    this.#options = options;
    this.#list = list;
    this.#command = command;
  }

  /** ADD: the plugin's result. Throws CniCallError. */
  async callForResult(plugin: PluginConfig, additions: RequestAdditions): Promise<CniResult> {
    return this.#call(plugin, additions, ({ stdout }) => {
      return resultFromJson(JSON.parse(stdout), this.#list.cniVersion);
    });
  }

  /** Every verb without a result; what the plugin prints on success means nothing. Throws CniCallError. */
  async callForSuccess(plugin: PluginConfig, additions: RequestAdditions): Promise<void> {
    return this.#call(plugin, additions, () => undefined);
  }

  /** VERSION: the versions that the plugin supports. Throws CniCallError. */
  async callForVersions(plugin: PluginConfig): Promise<readonly string[]> {
    try {
      return await this.#call(plugin, {}, ({ stdout }) => versionsIn(stdout));
    } catch (error) {
      // A plugin from before the verb was there (pkg/invoke/exec.go).
      const old = error instanceof CniCallError && error.cniError.message === 'unknown CNI_COMMAND: VERSION';
      if (old) return ['0.1.0'];
      throw error;
    }
  }

  async #call<T>(
    plugin: PluginConfig,
    additions: RequestAdditions,
    read: (outcome: PluginOutcome) => T,
  ): Promise<T> {
    const { pluginPath, findPlugin, environment } = this.#options;
    const program = findPlugin(plugin.type, pluginPath);
    if (program === undefined) {
      const message = `failed to find plugin ${JSON.stringify(plugin.type)} in path ${JSON.stringify(pluginPath)}`;
      throw this.#error('plugin-not-found', plugin, new CniError(CNI_CODES.invalidConfig, message));
    }
    const env = requestEnvironment(environment, this.#command, pluginPath, additions.attachment);
    const stdin =
      this.#command === 'VERSION'
        ? { cniVersion: CURRENT_VERSION }
        : requestConfig(this.#list, plugin, additions);
    const outcome = await this.#execute(plugin, program, env, JSON.stringify(stdin));
    try {
      return this.#read(plugin, outcome, read);
    } finally {
      this.#note(plugin, outcome);
    }
  }

  async #execute(plugin: PluginConfig, program: string, env: Record<string, string>, stdin: string) {
    try {
      return await this.#options.executor({ plugin: program, command: this.#command, env, stdin });
    } catch (cause) {
      const message = `cannot execute ${program}: ${(cause as Error).message}`;
      throw this.#error('exec-failed', plugin, new CniError(CNI_CODES.io, message, '', { cause }));
    }
  }

  #read<T>(plugin: PluginConfig, outcome: PluginOutcome, read: (outcome: PluginOutcome) => T): T {
    if (outcome.exitCode !== 0 || outcome.signal !== 0) {
      throw this.#error('plugin-failed', plugin, errorOfOutcome(outcome), outcome);
    }
    try {
      return read(outcome);
    } catch (cause) {
      const { message } = cause as Error;
      const unread = new CniError(
        CNI_CODES.decode,
        `unusable answer ${JSON.stringify(outcome.stdout)}: ${message}`,
        '',
        { cause },
      );
      throw this.#error('bad-answer', plugin, cause instanceof CniError ? cause : unread, outcome);
    }
  }

  #note(plugin: PluginConfig, { startedNs, endedNs }: PluginOutcome): void {
    this.timings.push({
      plugin: plugin.type,
      command: this.#command,
      startedNs,
      exitedNs: endedNs,
      endedNs: monotonicNs(),
    });
  }

  #error(
    code: CniCallErrorCode,
    plugin: PluginConfig,
    cniError: CniError,
    outcome?: PluginOutcome,
  ): CniCallError {
    const failure = { code, command: this.#command, network: this.#list.name, plugin: plugin.type };
    return new CniCallError({ ...failure, cniError, outcome });
  }

  /** Runs `work` and puts what was timed so far into the error that comes out of it. */
  async timed<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CniCallError) error.timing = chainTiming(this.#command, this.timings);
      throw error;
    }
  }
}

/** pkg/version/plugin.go, PluginDecoder. */
function versionsIn(stdout: string): readonly string[] {
  const { cniVersion, supportedVersions } = JSON.parse(stdout) as {
    cniVersion?: unknown;
    supportedVersions?: unknown;
  };
  if (Array.isArray(supportedVersions) && supportedVersions.length > 0) return supportedVersions.map(String);
  if (cniVersion === '0.2.0') return ['0.1.0', '0.2.0'];
  throw new CniError(CNI_CODES.decode, 'decoding version info: missing field supportedVersions');
}
