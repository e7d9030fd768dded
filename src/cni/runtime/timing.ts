/** When things happened in a call; instants are CLOCK_MONOTONIC in ns. */
import type { CniCommand } from '../versions.ts';

/** One program of a chain. */
export interface PluginTiming {
  readonly plugin: string;
  readonly command: CniCommand;
  /** Just before the program was started. */
  readonly startedNs: number;
  /** The program had ended. */
  readonly exitedNs: number;
  /** Its answer was parsed: the end of what cni.add and the others mean. */
  readonly endedNs: number;
}

/** A whole chain: from the first program's start to the last answer parsed, without the result cache. */
export interface ChainTiming {
  readonly command: CniCommand;
  readonly startedNs: number;
  readonly endedNs: number;
  readonly plugins: readonly PluginTiming[];
}

/** Undefined when nothing was executed. */
export function chainTiming(command: CniCommand, plugins: readonly PluginTiming[]): ChainTiming | undefined {
  const [first, last] = [plugins[0], plugins.at(-1)];
  if (!first || !last) return undefined;
  return { command, startedNs: first.startedNs, endedNs: last.endedNs, plugins: [...plugins] };
}

/**
 * When addresses changed hands, as far as processes tell: no earlier than they were given, and no later than they were
 * given back. The plugin that has the IPAM is the first of the list, which DEL comes to last; ptp and bridge give an
 * address back before they take its link away (containernetworking/plugins: cmdDel).
 */
export function decidedNs({ command, plugins }: ChainTiming): number {
  const last = plugins.at(-1)!;
  return command === 'DEL' ? last.startedNs : last.exitedNs;
}
