import { monotonicNs } from '../measure/index.ts';
import type { Planned } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { Driver, PodObserver } from './driver.ts';

/** Level `cni`: the plugin alone. A pod is ready when its ADD has succeeded; one that fails is not tried again. */
export class CniDriver implements Driver {
  readonly #lab: Lab;
  readonly #run: string;
  readonly #observer: PodObserver;
  readonly #nodes = new Map<string, string>();

  constructor(lab: Lab, run: string, observer: PodObserver) {
    this.#lab = lab;
    this.#run = run;
    this.#observer = observer;
  }

  async create(pod: Planned): Promise<void> {
    const node = this.#lab.nodes[pod.node % this.#lab.nodes.length]!;
    this.#nodes.set(pod.name, node);
    this.#observer.scheduled(pod.name, monotonicNs());
    void this.#add(pod.name, node);
  }

  async #add(name: string, node: string): Promise<void> {
    const outcome = await this.#lab.addSandbox(node, this.#id(name)).catch((error: Error) => ({
      ok: false,
      class: 'other' as const,
      message: error.message,
    }));
    const now = monotonicNs();
    if (outcome.ok) {
      this.#observer.sandbox(name, now);
      this.#observer.ready(name, now);
    } else {
      this.#observer.refused(name, outcome.class ?? 'other', outcome.message ?? '');
      this.#nodes.delete(name);
      this.#observer.gone(name, now);
    }
  }

  async remove(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    const { ok, message } = await this.#lab.removeSandbox(node, this.#id(name));
    if (!ok) throw new Error(`remove ${name}: ${message}`);
    this.#nodes.delete(name);
    this.#observer.gone(name, monotonicNs());
  }

  #id(name: string): string {
    return `${this.#run}-${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
