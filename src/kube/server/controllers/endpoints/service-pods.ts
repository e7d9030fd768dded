import { type Informer, isReady, keyOf, PODS, type Pod, SERVICES, type Service } from '../../../index.ts';
import type { SharedInformers } from '../shared-informers.ts';
import { LabelIndex } from './label-index.ts';
import { endpointChanged } from './pod-endpoint.ts';

/** Told which service's endpoints may have changed and, where it is known, since when. */
export type Notify = (serviceKey: string, since: string | undefined) => void;

/** Which pods belong to which services, kept up to date change by change for both endpoint controllers. */
export class ServicePods {
  readonly #services: Informer<Service>;
  readonly #pods: Informer<Pod>;
  /** Services by the first pair of their selector, pods by every label. */
  readonly #serviceIndex = new LabelIndex();
  readonly #podIndex = new LabelIndex();
  readonly #listeners: Notify[] = [];

  constructor(informers: SharedInformers) {
    this.#services = informers.get<Service>(SERVICES);
    this.#pods = informers.get<Pod>(PODS);
    this.#services.onAdd((service) => this.#serviceAdded(service));
    this.#services.onUpdate((service, old) => {
      this.#unindexService(old);
      this.#serviceAdded(service);
    });
    this.#services.onDelete((service) => {
      this.#unindexService(service);
      this.#notify(keyOf(service), undefined);
    });
    this.#pods.onAdd((pod) => {
      this.#indexPod(pod);
      this.#notifyServicesOf(pod, readySince(pod));
    });
    this.#pods.onUpdate((pod, old) => this.#podUpdated(pod, old));
    this.#pods.onDelete((pod) => {
      this.#unindexPod(pod);
      this.#notifyServicesOf(pod, undefined);
    });
  }

  onChange(listener: Notify): void {
    this.#listeners.push(listener);
  }

  service(key: string): Service | undefined {
    return this.#services.get(key);
  }

  /** The pods that a service selects, sorted by key. */
  podsOf(service: Service): Pod[] {
    const { namespace = '' } = service.metadata;
    const selector = Object.entries(service.spec.selector ?? {});
    let fewest: ReadonlySet<string> | undefined;
    for (const [label, value] of selector) {
      const keys = this.#podIndex.get(namespace, label, value);
      if (!fewest || keys.size < fewest.size) fewest = keys;
    }
    const pods: Pod[] = [];
    for (const key of Array.from(fewest ?? []).sort()) {
      const pod = this.#pods.get(key);
      if (pod && matches(selector, pod)) pods.push(pod);
    }
    return pods;
  }

  #serviceAdded(service: Service): void {
    const first = firstPair(service);
    const { namespace = '', creationTimestamp } = service.metadata;
    if (first) this.#serviceIndex.add(namespace, ...first, keyOf(service));
    this.#notify(keyOf(service), creationTimestamp ?? undefined);
  }

  #unindexService(service: Service): void {
    const first = firstPair(service);
    if (first) this.#serviceIndex.delete(service.metadata.namespace ?? '', ...first, keyOf(service));
  }

  #podUpdated(pod: Pod, old: Pod): void {
    const relabelled = !sameLabels(pod, old);
    if (relabelled) {
      this.#unindexPod(old);
      this.#indexPod(pod);
      this.#notifyServicesOf(old, undefined);
    }
    if (relabelled || endpointChanged(pod, old)) this.#notifyServicesOf(pod, readySince(pod));
  }

  #indexPod(pod: Pod): void {
    const { namespace = '', labels = {} } = pod.metadata;
    for (const label in labels) this.#podIndex.add(namespace, label, labels[label] ?? '', keyOf(pod));
  }

  #unindexPod(pod: Pod): void {
    const { namespace = '', labels = {} } = pod.metadata;
    for (const label in labels) this.#podIndex.delete(namespace, label, labels[label] ?? '', keyOf(pod));
  }

  #notifyServicesOf(pod: Pod, since: string | undefined): void {
    const { namespace = '', labels = {} } = pod.metadata;
    for (const label in labels) {
      for (const key of this.#serviceIndex.get(namespace, label, labels[label] ?? '')) {
        const service = this.#services.get(key);
        if (service && matches(Object.entries(service.spec.selector ?? {}), pod)) this.#notify(key, since);
      }
    }
  }

  #notify(serviceKey: string, since: string | undefined): void {
    for (const listener of this.#listeners) listener(serviceKey, since);
  }
}

function firstPair({ spec: { selector = {} } }: Service): [string, string] | undefined {
  return Object.entries(selector)[0];
}

function matches(selector: readonly (readonly [string, string])[], pod: Pod): boolean {
  return selector.every(([label, value]) => pod.metadata.labels?.[label] === value);
}

function sameLabels(pod: Pod, old: Pod): boolean {
  const [a, b] = [Object.entries(pod.metadata.labels ?? {}), Object.entries(old.metadata.labels ?? {})];
  return a.length === b.length && matches(a, old);
}

/** When readiness last changed: what an endpoint change is counted from (the trigger time of KEP-1016's metric). */
function readySince(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  return (isReady(pod) || condition ? condition?.lastTransitionTime : undefined) ?? undefined;
}
