import type { CallTrace } from '../cni/server/index.ts';
import type { AgentTrace, Work } from './trace.ts';

/** Puts together what the server and the backend know of a call. */
export class CallTracer {
  readonly #node: string;
  readonly #onTrace: (trace: AgentTrace) => void;
  /** Work on calls whose end the server has not told yet. */
  readonly #work = new Map<string, Work>();

  constructor(node: string, onTrace: (trace: AgentTrace) => void) {
    this.#node = node;
    this.#onTrace = onTrace;
  }

  /** The backend is through with a call. */
  worked(verb: 'ADD' | 'DEL', containerId: string, work: Work): void {
    this.#work.set(`${verb} ${containerId}`, work);
  }

  /** The server has answered a call; one that was refused has no parts, and is not traced. */
  answered({ command, containerId, t0, acceptedNs, startedNs, endedNs }: CallTrace): void {
    const key = `${command} ${containerId}`;
    const work = this.#work.get(key);
    this.#work.delete(key);
    if (!work || startedNs === undefined) return;
    const call = { verb: command!, node: this.#node, containerId: containerId! };
    const plugin = t0 === undefined ? {} : { pluginNs: t0 };
    this.#onTrace({ ...call, ...plugin, acceptedNs, startedNs, endedNs, ...work });
  }
}
