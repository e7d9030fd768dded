import { Informer, type KubeClient, type KubeObject, type Resource } from '../../index.ts';

/** One informer, and so one cache, per resource for all controllers of a process. */
export class SharedInformers implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #informers = new Map<string, Informer<KubeObject>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** The informer of a resource; made, but not started, when it is asked for first. */
  get<T extends KubeObject>(resource: Resource): Informer<T> {
    const name = `${resource.group}/${resource.plural}`;
    let informer = this.#informers.get(name);
    if (!informer) {
      informer = new Informer<KubeObject>(this.#client, resource);
      this.#informers.set(name, informer);
    }
    return informer as unknown as Informer<T>;
  }

  /** Starts all that were asked for and resolves when every cache is full. */
  async start(): Promise<void> {
    await Promise.all(this.#informers.values().map((informer) => informer.start()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#informers.values().map((informer) => informer[Symbol.asyncDispose]()));
  }
}
