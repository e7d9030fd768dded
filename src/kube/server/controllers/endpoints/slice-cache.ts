import { ENDPOINT_SLICES, type EndpointSlice } from '../../../index.ts';
import type { SharedInformers } from '../shared-informers.ts';

export const MANAGER = 'endpointslice-controller.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

/**
 * The slices of each service that this controller owns: what the informer saw and, ahead of it, what the
 * controller itself has just written. Without the latter a second sync would create the same slices again.
 */
export class SliceCache {
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();

  /** `changed` is told of services whose slices somebody else changed. */
  constructor(informers: SharedInformers, changed: (serviceKey: string) => void) {
    const informer = informers.get<EndpointSlice>(ENDPOINT_SLICES);
    const seen = (slice: EndpointSlice) => {
      if (this.put(slice)) changed(serviceKeyOf(slice));
    };
    informer.onAdd(seen).onUpdate(seen);
    informer.onDelete((slice) => {
      if (this.delete(slice)) changed(serviceKeyOf(slice));
    });
  }

  of(serviceKey: string): EndpointSlice[] {
    return Array.from(this.#slices.get(serviceKey)?.values() ?? []);
  }

  /** False when the same or a later state is here already, or the slice is not ours. */
  put(slice: EndpointSlice): boolean {
    if (slice.metadata.labels?.[MANAGED_BY] !== MANAGER) return false;
    const key = serviceKeyOf(slice);
    const slices = this.#slices.get(key) ?? new Map<string, EndpointSlice>();
    this.#slices.set(key, slices);
    const uid = slice.metadata.uid ?? '';
    const known = slices.get(uid);
    if (known && versionOf(known) >= versionOf(slice)) return false;
    slices.set(uid, slice);
    return true;
  }

  /** True when it was there. */
  delete(slice: EndpointSlice): boolean {
    const key = serviceKeyOf(slice);
    const slices = this.#slices.get(key);
    if (!slices?.delete(slice.metadata.uid ?? '')) return false;
    if (slices.size === 0) this.#slices.delete(key);
    return true;
  }
}

function serviceKeyOf({ metadata: { namespace = '', labels = {} } }: EndpointSlice): string {
  return `${namespace}/${labels[SERVICE_NAME] ?? ''}`;
}

/** Versions of one resource are ordered numbers (KEP-5504). */
function versionOf({ metadata }: EndpointSlice): bigint {
  return BigInt(metadata.resourceVersion ?? 0);
}
