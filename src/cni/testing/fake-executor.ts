/** An executor without processes: plugins are functions of the call. */
import { monotonicNs } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import type { Executor, PluginCall } from '../runtime/index.ts';

export interface FakeCall extends Omit<PluginCall, 'stdin'> {
  readonly stdin: JsonObject;
}

/** What a plugin prints and its exit code, or its exit code 0 with an object. */
export type FakeAnswer =
  | JsonObject
  | { readonly exitCode: number; readonly stdout: string; readonly stderr?: string };

/** Calls `answer` for each execution and keeps the calls. */
export function fakeExecutor(answer: (call: FakeCall) => FakeAnswer | Promise<FakeAnswer>) {
  const calls: FakeCall[] = [];
  const executor: Executor = async (call) => {
    const startedNs = monotonicNs();
    const seen = { ...call, stdin: JSON.parse(call.stdin) as JsonObject };
    calls.push(seen);
    const given = await answer(seen);
    const output = 'exitCode' in given ? given : { exitCode: 0, stdout: JSON.stringify(given) };
    return { stderr: '', signal: 0, ...output, startedNs, endedNs: monotonicNs() } as Awaited<
      ReturnType<Executor>
    >;
  };
  return { calls, executor };
}

/** A plugin that adds one address per plugin and otherwise passes on what came before. */
export function chainPlugin({ plugin, stdin }: FakeCall): JsonObject {
  const before = stdin.prevResult as { ips?: object[] } | undefined;
  const version = stdin.cniVersion as string;
  const position = (before?.ips?.length ?? 0) + 1;
  const ip = { address: `10.0.0.${position}/24`, ...(version < '1.0.0' ? { version: '4' } : {}) };
  return {
    cniVersion: version,
    interfaces: [{ name: plugin.slice(plugin.lastIndexOf('/') + 1) }],
    ips: [...(before?.ips ?? []), ip],
  };
}
