import { monotonicNs } from '../measure/index.ts';
import type { Planned } from '../scenario/index.ts';
import type { SandboxDriver } from '../substrate/index.ts';
import type { Driver, SubjectObserver } from './driver.ts';

/** Level `cni`: the plugin alone. A pod is ready when its ADD has succeeded; one that fails is not tried again. */
export class CniDriver implements Driver {
  readonly #sandboxes: SandboxDriver;
  readonly #labNodes: readonly string[];
  readonly #run: string;
  readonly #observer: SubjectObserver;
  readonly #nodes = new Map<string, string>();

  constructor(sandboxes: SandboxDriver, labNodes: readonly string[], run: string, observer: SubjectObserver) {
    this.#sandboxes = sandboxes;
    this.#labNodes = labNodes;
    this.#run = run;
    this.#observer = observer;
  }

  async create(pod: Planned): Promise<void> {
    const node = this.#labNodes[pod.node % this.#labNodes.length]!;
    this.#nodes.set(pod.name, node);
    this.#observer.scheduled(pod.name, monotonicNs());
    void this.#add(pod.name, node);
  }

  async #add(name: string, node: string): Promise<void> {
    const outcome = await this.#sandboxes
      .addSandbox(node, sandboxId(this.#run, name))
      .catch((error: Error) => ({
        ok: false,
        class: 'other' as const,
        message: error.message,
      }));
    const at = monotonicNs();
    if (outcome.ok) {
      this.#observer.sandbox(name, at);
      this.#observer.ready(name, at);
    } else {
      this.#nodes.delete(name);
      const refusal = { at, class: outcome.class ?? 'other', message: outcome.message ?? '', node } as const;
      this.#observer.refused(name, refusal);
      this.#observer.gone(name, at);
    }
  }

  async remove(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    const { ok, message } = await this.#sandboxes.removeSandbox(node, sandboxId(this.#run, name));
    if (!ok) throw new Error(`remove ${name}: ${message}`);
    this.#nodes.delete(name);
    this.#observer.gone(name, monotonicNs());
  }
}

/** The id of the sandbox of a pod without an API, from which `podOfSandbox` finds the pod. */
function sandboxId(run: string, name: string): string {
  return `${run}-${name}`;
}

/** The pod of the run whose sandbox this is; undefined when it is none of the run's. */
export function podOfSandbox(run: string, id: string): string | undefined {
  return id.startsWith(`${run}-`) ? id.slice(run.length + 1) : undefined;
}
