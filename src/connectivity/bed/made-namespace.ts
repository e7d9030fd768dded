import { getIfThere, type KubeClient, NAMESPACES, type Namespace } from '../../kube/index.ts';
import { until } from '../until.ts';

/** A namespace of the test's own; disposing it waits until it has gone with all that is in it. */
export class MadeNamespace implements AsyncDisposable {
  readonly name: string;
  readonly #client: KubeClient;
  readonly #limitMs: number;

  private constructor(client: KubeClient, name: string, limitMs: number) {
    this.#client = client;
    this.name = name;
    this.#limitMs = limitMs;
  }

  static async make(client: KubeClient, prefix: string, limitMs: number): Promise<MadeNamespace> {
    const { metadata } = await client.create<Namespace>(NAMESPACES, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { generateName: `${prefix}-` },
    });
    return new MadeNamespace(client, metadata.name!, limitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.delete(NAMESPACES, this.name);
    const gone = async (): Promise<true | undefined> =>
      (await getIfThere(this.#client, NAMESPACES, this.name)) ? undefined : true;
    await until(gone, `namespace ${this.name} to go`, this.#limitMs, new AbortController().signal);
  }
}
