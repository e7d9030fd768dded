/** A call of a network that failed. */
import { asCniError, CNI_CODES, CniError, parseCniError } from '../errors.ts';
import { type FailureClass, failureClassOf } from '../failure-class.ts';
import type { CniCommand } from '../versions.ts';
import type { PluginOutcome } from './executor.ts';
import type { ChainTiming } from './timing.ts';

export type CniCallErrorCode =
  /** The plugin ended with an error; `cniError` is what it said. */
  | 'plugin-failed'
  /** The plugin's program is not in the plugin path. */
  | 'plugin-not-found'
  /** The program could not be started. */
  | 'exec-failed'
  /** The plugin succeeded with an answer that is none. */
  | 'bad-answer'
  /** The network, its version or the attachment does not allow the call: nothing was executed. */
  | 'refused'
  /** ADD succeeded and its result could not be kept on disk. */
  | 'cache-failed'
  /** More than one of the above, in GC. */
  | 'several';

export interface CniCallFailure {
  readonly code: CniCallErrorCode;
  readonly command: CniCommand;
  readonly network: string;
  /** Type of the plugin; empty when none is to blame. */
  readonly plugin: string;
  /** The protocol's error: the plugin's own, or one made from what it printed. */
  readonly cniError: CniError;
  /** What the program left, if it ran. */
  readonly outcome?: PluginOutcome | undefined;
}

/** Message as libcni words it: `plugin type="bridge" failed (add): ...`. */
export class CniCallError extends Error {
  override readonly name = 'CniCallError';
  readonly code: CniCallErrorCode;
  readonly command: CniCommand;
  readonly network: string;
  readonly plugin: string;
  readonly cniError: CniError;
  readonly outcome: PluginOutcome | undefined;
  /** What was executed until the failure, the failed plugin included. */
  timing: ChainTiming | undefined;

  constructor(failure: CniCallFailure) {
    const { cniError, plugin, command, network } = failure;
    const subject =
      plugin === '' ? `network ${JSON.stringify(network)}` : `plugin type=${JSON.stringify(plugin)}`;
    const details = cniError.details === '' ? '' : `; ${cniError.details}`;
    super(
      `${subject} failed (${command === 'DEL' ? 'delete' : command.toLowerCase()}): ${cniError.message}${details}`,
      { cause: cniError },
    );
    this.code = failure.code;
    this.command = command;
    this.network = network;
    this.plugin = plugin;
    this.cniError = cniError;
    this.outcome = failure.outcome;
  }

  get failureClass(): FailureClass {
    return failureClassOf(this.cniError);
  }
}

/**
 * The error that a failed program printed. Output that is no error object is kept in the message, in libcni's
 * words and with its code 0 (pkg/invoke/raw_exec.go).
 */
export function errorOfOutcome(outcome: PluginOutcome): CniError {
  const { stdout, stderr, exitCode, signal } = outcome;
  if (stdout.trim() === '') {
    const how = signal > 0 ? `signal ${signal}` : `exit status ${exitCode}`;
    const text = stderr === '' ? ` with no error message: ${how}` : `: ${JSON.stringify(stderr)}`;
    return new CniError(0, `netplugin failed${text}`);
  }
  const garbled = `netplugin failed but error parsing its diagnostic message ${JSON.stringify(stdout)}`;
  try {
    return parseCniError(JSON.parse(stdout)) ?? new CniError(0, `${garbled}: not an error object`);
  } catch (cause) {
    return new CniError(0, `${garbled}: ${(cause as Error).message}`, '', { cause });
  }
}

/** A call that was not made. */
export function refused(network: string, command: CniCommand, cniError: CniError): CniCallError {
  return new CniCallError({ code: 'refused', command, network, plugin: '', cniError });
}

/** Runs `work`; what it throws becomes a CniCallError with this code. */
export function guard<T>(network: string, command: CniCommand, code: CniCallErrorCode, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new CniCallError({ code, command, network, plugin: '', cniError: asCniError(thrown) });
  }
}

/** Runs `work` and keeps its CniCallError for later; whether it succeeded. */
export async function collect(failures: CniCallError[], work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof CniCallError)) throw error;
    failures.push(error);
    return false;
  }
}

/** One error for all: the only one, or `several` with the code of the first and every message. */
export function joined(
  network: string,
  command: CniCommand,
  failures: readonly CniCallError[],
  timing: ChainTiming | undefined,
): CniCallError {
  const [first, ...others] = failures;
  const error =
    first && others.length === 0
      ? first
      : new CniCallError({
          code: 'several',
          command,
          network,
          plugin: '',
          cniError: new CniError(
            first?.cniError.code ?? CNI_CODES.internal,
            failures.map(({ message }) => message).join('; '),
          ),
        });
  error.timing = timing;
  return error;
}
