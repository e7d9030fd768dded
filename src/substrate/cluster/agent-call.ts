import type { AgentTrace, RefusedCall } from '../../agent/index.ts';
import { CniError, failureClassOf } from '../../cni/index.ts';
import type { CniCall } from '../../runtime/index.ts';

/** What an agent's instants are to be moved by to be the runner's, in ns. */
export type ClockShift = (ns: number) => number;

/**
 * A call as the agent saw it: from the plugin's first instruction to the answer. What containerd does round that, the
 * start of the process among it, is not in it.
 */
export function callOfTrace(trace: AgentTrace, shift: ClockShift): CniCall {
  const { verb, node, containerId, pod, ips, stages, pluginNs = trace.acceptedNs } = trace;
  return {
    verb: verb as CniCall['verb'],
    node,
    containerId,
    ...(pod === undefined ? {} : { pod }),
    startedNs: shift(pluginNs),
    endedNs: shift(trace.endedNs),
    decidedNs: shift(trace.endedNs),
    plugins: [],
    ok: true,
    ips,
    parts: { exec: trace.acceptedNs - pluginNs, queue: trace.startedNs - trace.acceptedNs, ...stages },
  };
}

const VERBS: readonly string[] = ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'] satisfies readonly CniCall['verb'][];

/** A call that the agent refused; undefined for one that it could not read. */
export function callOfRefusal(refused: RefusedCall, shift: ClockShift): CniCall | undefined {
  const { verb, node, containerId, pod, acceptedNs, endedNs, code, message, details } = refused;
  if (!VERBS.includes(verb)) return undefined;
  return {
    verb: verb as CniCall['verb'],
    node,
    containerId,
    ...(pod === undefined ? {} : { pod }),
    startedNs: shift(acceptedNs),
    endedNs: shift(endedNs),
    decidedNs: shift(endedNs),
    plugins: [],
    ok: false,
    class: failureClassOf(new CniError(code, message, details)),
    message,
    ips: [],
  };
}
