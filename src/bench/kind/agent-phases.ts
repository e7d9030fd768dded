import { Informer, isReady, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import { monotonicNs } from '../../measure/index.ts';

const AGENTS = 'app.kubernetes.io/name=churnlab,app.kubernetes.io/component=agent';

/** How far the restart of an agent is, in the order in which they come. */
export const PHASES = ['new pod made', 'old pod gone', 'plugin installed', 'agent started', 'Ready'] as const;
export type Phase = (typeof PHASES)[number];

/** Sees by a watch how far agents are that are started anew. */
export class AgentPhases implements AsyncDisposable {
  readonly #pods: Informer<Pod>;
  /** Uids of all agents that there were. */
  readonly #known = new Set<string>();
  /** By node. */
  readonly #seen = new Map<string, Map<Phase, number>>();
  readonly #gone = new Map<string, PromiseWithResolvers<void>>();
  /** Agents that were there when the restart began, by uid. */
  readonly #old = new Set<string>();

  private constructor(client: KubeClient, namespace: string) {
    this.#pods = new Informer<Pod>(client, PODS, { namespace, labelSelector: AGENTS });
  }

  /** @param namespace of our chart's release */
  static async open(client: KubeClient, namespace: string): Promise<AgentPhases> {
    const phases = new AgentPhases(client, namespace);
    await phases.#pods.start();
    phases.#pods
      .onAdd((pod) => phases.#look(pod))
      .onUpdate((pod) => phases.#look(pod))
      .onDelete(({ spec }) => phases.#note(spec.nodeName, 'old pod gone'));
    return phases;
  }

  /** Forgets what was seen on a node: from here on another restart begins. */
  begin(node: string): void {
    for (const uid of this.#known) this.#old.add(uid);
    this.#seen.set(node, new Map());
    this.#gone.set(node, Promise.withResolvers());
  }

  /** Resolves when the old pod is gone: no agent runs on the node. */
  async oldGone(node: string): Promise<void> {
    await this.#gone.get(node)?.promise;
  }

  /** Instants that were seen, CLOCK_MONOTONIC in ns. */
  of(node: string): ReadonlyMap<Phase, number> {
    return this.#seen.get(node) ?? new Map();
  }

  #look(pod: Pod): void {
    const { metadata, spec, status } = pod;
    this.#known.add(metadata.uid!);
    // What comes in the place of the old one may be there before that is gone.
    if (this.#old.has(metadata.uid!)) return;
    const { nodeName } = spec;
    this.#note(nodeName, 'new pod made');
    if (status?.initContainerStatuses?.every(({ state }) => state?.terminated)) {
      this.#note(nodeName, 'plugin installed');
    }
    if (status?.containerStatuses?.every(({ state }) => state?.running))
      this.#note(nodeName, 'agent started');
    if (isReady(pod)) this.#note(nodeName, 'Ready');
  }

  #note(node: string | undefined, phase: Phase): void {
    const seen = this.#seen.get(node ?? '');
    if (seen && !seen.has(phase)) seen.set(phase, monotonicNs());
    if (phase === 'old pod gone') this.#gone.get(node ?? '')?.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods[Symbol.asyncDispose]();
  }
}
