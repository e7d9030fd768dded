import { failureClassOf } from '../../cni/index.ts';
import { EVENTS, Informer, type KubeClient, type KubeEvent } from '../../kube/index.ts';
import { monotonicNs } from '../../measure/index.ts';
import type { RefusedSandbox } from '../lab.ts';

/** What every kubelet says when a sandbox has no network, with the plugin's own words (pkg/kubelet/events). */
const FAILED = { fieldSelector: 'reason=FailedCreatePodSandBox' };

/** Follows what kubelets say of sandboxes that were refused, where nobody tells of calls. */
export class RefusalWatch implements AsyncDisposable {
  readonly #events: Informer<KubeEvent>;

  private constructor(client: KubeClient) {
    this.#events = new Informer(client, EVENTS, FAILED);
  }

  /** Tells of refusals from now on; an Event is repeated by counting it up. */
  static async open(client: KubeClient, told: (refused: RefusedSandbox) => void): Promise<RefusalWatch> {
    const watch = new RefusalWatch(client);
    await watch.#events.start();
    const past = new Set(watch.#events.list().map(({ metadata }) => metadata.uid));
    const tell = ({ involvedObject, message = '', source }: KubeEvent): void => {
      const { namespace, name } = involvedObject;
      if (namespace === undefined || name === undefined) return;
      told({
        at: monotonicNs(),
        pod: `${namespace}/${name}`,
        node: source?.host ?? '',
        class: failureClassOf(message),
        message,
      });
    };
    watch.#events
      .onAdd((event) => past.has(event.metadata.uid) || tell(event))
      .onUpdate((event, old) => (event.count ?? 1) > (old.count ?? 1) && tell(event));
    return watch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events[Symbol.asyncDispose]();
  }
}
