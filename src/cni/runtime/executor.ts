/** How a plugin's program is started: injected, since the lab starts it inside a node's namespaces. */
import type { CniCommand } from '../versions.ts';

export interface PluginCall {
  /** Absolute path of the program. */
  readonly plugin: string;
  readonly command: CniCommand;
  /** The whole environment. */
  readonly env: Record<string, string>;
  readonly stdin: string;
}

export interface PluginOutcome {
  /** 0 to 255; 0 as well when a signal ended the program. */
  readonly exitCode: number;
  /** Number of the signal that ended the program, else 0. */
  readonly signal: number;
  readonly stdout: string;
  readonly stderr: string;
  /** CLOCK_MONOTONIC in ns just before the program was started and when it had ended. */
  readonly startedNs: number;
  readonly endedNs: number;
}

/** Runs one program to its end. Rejects only when the program could not be run. */
export type Executor = (call: PluginCall) => Promise<PluginOutcome>;
