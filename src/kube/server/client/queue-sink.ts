import type { KubeError } from '../../kube-error.ts';
import { apiVersionOf } from '../../resources.ts';
import type { KubeObject, WatchEvent } from '../../types.ts';
import { bookmarkMetadata } from '../encode/representation.ts';
import type { Served } from '../registry/registry.ts';
import type { Notice } from '../watch/notice.ts';
import type { Sink } from '../watch/start-watch.ts';

/** Keeps a watch's events for a reader in the same process. */
export class QueueSink implements Sink {
  readonly #served: Served;
  #events: WatchEvent<KubeObject>[] = [];
  #ended = false;
  #error: KubeError | undefined;
  #wake: (() => void) | undefined;

  constructor(served: Served) {
    this.#served = served;
  }

  notice({ type, entry }: Notice): void {
    const { view } = this.#served.spec;
    this.#push({ type, object: view ? view.read(entry.object) : entry.object });
  }

  bookmark(revision: number, initialEnd: boolean): void {
    const { resource } = this.#served.spec;
    const metadata = bookmarkMetadata(revision, initialEnd);
    this.#push({
      type: 'BOOKMARK',
      object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata },
    });
  }

  end(error?: KubeError): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wake?.();
  }

  /** The events in order; throws the error the watch ended with. One reader only. */
  async *events(): AsyncGenerator<WatchEvent<KubeObject>> {
    for (;;) {
      const batch = this.#events;
      this.#events = [];
      yield* batch;
      if (this.#events.length > 0) continue;
      if (this.#error) throw this.#error;
      if (this.#ended) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #push(event: WatchEvent<KubeObject>): void {
    if (this.#ended) return;
    this.#events.push(event);
    this.#wake?.();
  }
}
