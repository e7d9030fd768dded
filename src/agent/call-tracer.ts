import type { CallTrace } from '../cni/server/index.ts';
import type { AgentTrace, RefusedCall, Work } from './trace.ts';

export interface TraceListener {
  readonly onTrace: (trace: AgentTrace) => void;
  readonly onRefused: (refused: RefusedCall) => void;
}

/** Puts together what the server and the backend know of a call. */
export class CallTracer {
  readonly #node: string;
  readonly #listener: TraceListener;
  /** Work on calls whose end the server has not told yet. */
  readonly #work = new Map<string, Work>();

  constructor(node: string, listener: TraceListener) {
    this.#node = node;
    this.#listener = listener;
  }

  /** The backend is through with a call. */
  worked(verb: 'ADD' | 'DEL', containerId: string, work: Work): void {
    this.#work.set(`${verb} ${containerId}`, work);
  }

  /** The server has answered a call. Those that are about no container and succeed are not told of. */
  answered({ command, containerId, pod, t0, acceptedNs, startedNs, endedNs, error }: CallTrace): void {
    const key = `${command} ${containerId}`;
    const work = this.#work.get(key);
    this.#work.delete(key);
    if (error) {
      const call = {
        verb: command ?? '',
        node: this.#node,
        containerId: containerId ?? '',
        ...(pod && { pod }),
      };
      const { code, message, details } = error;
      this.#listener.onRefused({ ...call, acceptedNs, endedNs, code, message, details });
    }
    if (!work || startedNs === undefined) return;
    const call = { verb: command!, node: this.#node, containerId: containerId! };
    const plugin = t0 === undefined ? {} : { pluginNs: t0 };
    this.#listener.onTrace({ ...call, ...plugin, acceptedNs, startedNs, endedNs, ...work });
  }
}
