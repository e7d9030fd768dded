import { type KubeClient, NAMESPACES } from '../kube/index.ts';
import type { Belonging } from '../substrate/index.ts';

/** The label of everything that a run makes. */
export const RUN_LABEL = 'churnlab.dev/run';

/** The namespace of a run's own, `churnlab-<run>`; it goes with all that is in it. */
export class RunNamespace implements AsyncDisposable {
  readonly name: string;
  readonly #client: KubeClient;

  private constructor(client: KubeClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** @param belonging to which lab, where a lab has an object that says so */
  static async make(client: KubeClient, run: string, belonging: Belonging = {}): Promise<RunNamespace> {
    const name = `churnlab-${run}`;
    await client.create(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...belonging, name, labels: { ...belonging.labels, [RUN_LABEL]: run } },
    });
    return new RunNamespace(client, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.delete(NAMESPACES, this.name).catch(() => {});
  }
}
