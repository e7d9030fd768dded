import type { CallTrace } from '../cni/server/index.ts';
import type { AgentTrace, Stages } from './trace.ts';

/** Puts together what the server and the backend know of a call. */
export class CallTracer {
  readonly #node: string;
  readonly #onTrace: (trace: AgentTrace) => void;
  /** Parts of calls whose end the server has not told yet. */
  readonly #stages = new Map<string, Stages>();

  constructor(node: string, onTrace: (trace: AgentTrace) => void) {
    this.#node = node;
    this.#onTrace = onTrace;
  }

  /** The backend is through with a call. */
  worked(verb: 'ADD' | 'DEL', containerId: string, stages: Stages): void {
    this.#stages.set(`${verb} ${containerId}`, stages);
  }

  /** The server has answered a call; one that was refused has no parts, and is not traced. */
  answered({ command, containerId, acceptedNs, startedNs, endedNs }: CallTrace): void {
    const key = `${command} ${containerId}`;
    const stages = this.#stages.get(key);
    this.#stages.delete(key);
    if (!stages || startedNs === undefined) return;
    const [verb, node] = [command!, this.#node];
    this.#onTrace({ verb, node, containerId: containerId!, acceptedNs, startedNs, endedNs, stages });
  }
}
