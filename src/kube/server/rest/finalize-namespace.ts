import type { Namespace } from '../../objects.ts';
import { NAMESPACES } from '../../resources.ts';
import type { KubeObject } from '../../types.ts';
import { isRecord } from '../schema/prune.ts';
import { conflict, notFound, OPTIMISTIC_LOCK } from '../status/errors.ts';
import type { Api } from './options.ts';

/** PUT namespaces/NAME/finalize: replaces `spec.finalizers`; the last one to go takes the namespace along. */
export function finalizeNamespace(api: Api, name: string, body: unknown): KubeObject {
  const { store } = api.registry.of(NAMESPACES);
  const live = store.get(name)?.object as Namespace | undefined;
  if (!live) throw notFound(NAMESPACES, name);
  const { spec, metadata } = (isRecord(body) ? body : {}) as Partial<Namespace>;
  const version = metadata?.resourceVersion;
  if (version && version !== live.metadata.resourceVersion) throw conflict(NAMESPACES, name, OPTIMISTIC_LOCK);
  const finalizers = [...(spec?.finalizers ?? [])];
  const object = { ...live, spec: { ...live.spec, finalizers } };
  const { deletionTimestamp, finalizers: others } = live.metadata;
  const done = deletionTimestamp && finalizers.length === 0 && !others?.length;
  return (done ? store.remove(name, object) : store.put(name, object)).object;
}
