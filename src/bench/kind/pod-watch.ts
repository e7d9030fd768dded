import { Informer, isReady, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import { monotonicNs } from '../../measure/index.ts';
import { BenchError } from '../bench-error.ts';

const PATIENCE_MS = 300_000;

/** Sees by a watch when pods of a namespace become Ready, and when they are gone. */
export class PodWatch implements AsyncDisposable {
  readonly #pods: Informer<Pod>;
  /** Name -> the instant at which it was first seen Ready, CLOCK_MONOTONIC in ns. */
  readonly #ready = new Map<string, number>();
  readonly #there = new Set<string>();
  readonly #waiting = new Set<() => void>();

  private constructor(client: KubeClient, namespace: string) {
    this.#pods = new Informer<Pod>(client, PODS, { namespace });
  }

  static async open(client: KubeClient, namespace: string): Promise<PodWatch> {
    const watch = new PodWatch(client, namespace);
    watch.#pods
      .onAdd((pod) => watch.#look(pod))
      .onUpdate((pod) => watch.#look(pod))
      .onDelete(({ metadata }) => {
        watch.#there.delete(metadata.name!);
        watch.#ready.delete(metadata.name!);
        watch.#changed();
      });
    await watch.#pods.start();
    return watch;
  }

  /** Instants at which these became Ready, once all are. @throws BenchError not-alive */
  async allReady(names: readonly string[], signal: AbortSignal): Promise<number[]> {
    await this.#until(
      () => names.every((name) => this.#ready.has(name)),
      () => `${names.filter((name) => !this.#ready.has(name)).length} of ${names.length} pods are not Ready`,
      signal,
    );
    return names.map((name) => this.#ready.get(name)!);
  }

  /** Resolves when there is no pod. @throws BenchError not-alive */
  async allGone(signal: AbortSignal): Promise<void> {
    await this.#until(
      () => this.#there.size === 0,
      () => `${this.#there.size} pods are still there`,
      signal,
    );
  }

  #look(pod: Pod): void {
    const name = pod.metadata.name!;
    this.#there.add(name);
    if (isReady(pod) && !this.#ready.has(name)) this.#ready.set(name, monotonicNs());
    this.#changed();
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }

  async #until(isSo: () => boolean, why: () => string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isSo()) resolve();
    };
    const late = setTimeout(
      () => reject(new BenchError('not-alive', `After ${PATIENCE_MS / 1000} s ${why()}`)),
      PATIENCE_MS,
    );
    const onAbort = (): void => reject(signal.reason);
    this.#waiting.add(look);
    signal.addEventListener('abort', onAbort);
    try {
      signal.throwIfAborted();
      look();
      await promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(look);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pods[Symbol.asyncDispose]();
  }
}
