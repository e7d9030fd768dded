import type { AgentTrace } from '../../agent/index.ts';
import type { CniCall, CniParts } from '../../runtime/index.ts';

/** How long a call waits for the agent's side of it, in ms. */
const PATIENCE_MS = 2000;

/**
 * Puts the two accounts of a CNI call together: the runtime's, from outside, and the agent's, from inside. They come
 * over different sockets in either order; a call without a trace goes on without parts.
 */
export class CallJoiner {
  readonly #emit: (call: CniCall) => void;
  readonly #traced: boolean;
  readonly #traces = new Map<string, AgentTrace>();
  readonly #calls = new Map<string, { call: CniCall; timer: NodeJS.Timeout }>();

  /** @param traced whether the network has an agent of ours whose traces are worth waiting for */
  constructor(emit: (call: CniCall) => void, traced: boolean) {
    this.#emit = emit;
    this.#traced = traced;
  }

  call(call: CniCall): void {
    // Agents trace what they did, not what they refused.
    if (!this.#traced || !call.ok || (call.verb !== 'ADD' && call.verb !== 'DEL')) {
      this.#emit(call);
      return;
    }
    const key = keyOf(call);
    const trace = this.#traces.get(key);
    if (trace) {
      this.#traces.delete(key);
      this.#emit(join(call, trace));
      return;
    }
    const timer = setTimeout(() => {
      this.#calls.delete(key);
      this.#emit(call);
    }, PATIENCE_MS);
    this.#calls.set(key, { call, timer });
  }

  trace(trace: AgentTrace): void {
    const key = keyOf(trace);
    const waiting = this.#calls.get(key);
    if (!waiting) {
      this.#traces.set(key, trace);
      return;
    }
    clearTimeout(waiting.timer);
    this.#calls.delete(key);
    this.#emit(join(waiting.call, trace));
  }
}

function keyOf(of: { readonly verb: string; readonly node: string; readonly containerId: string }): string {
  return `${of.verb} ${of.node} ${of.containerId}`;
}

function join(call: CniCall, trace: AgentTrace): CniCall {
  const parts: CniParts = {
    exec: trace.acceptedNs - call.startedNs,
    queue: trace.startedNs - trace.acceptedNs,
    ...trace.stages,
  };
  return { ...call, decidedNs: trace.endedNs, parts };
}
