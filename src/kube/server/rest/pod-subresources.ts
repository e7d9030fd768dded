import type { Condition, Pod } from '../../index.ts';
import { PODS } from '../../resources.ts';
import type { KubeObject, Status } from '../../types.ts';
import { isRecord } from '../schema/prune.ts';
import { badRequest, conflict, failure, notFound } from '../status/errors.ts';
import { FieldErrors } from '../status/field-errors.ts';
import { remove } from './delete.ts';
import { type Api, type DeleteOptions, timestamp } from './options.ts';
import { liveEntry, uidText } from './update.ts';

const BINDINGS = { ...PODS, plural: 'pods/binding', kind: 'Binding' };
const DONE: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** POST pods/NAME/binding: assigns the pod to a node (k8s.io/kubernetes: pkg/registry/core/pod/storage). */
export function bind(api: Api, namespace: string, name: string, body: unknown, dryRun = false): Status {
  const served = api.registry.of(PODS);
  const entry = liveEntry(served, namespace, name);
  if (!entry) throw notFound(PODS, name);
  const { metadata = {}, target } = (isRecord(body) ? body : {}) as Partial<Binding>;
  if (!target?.name || (target.kind && target.kind !== 'Node')) {
    const errors = new FieldErrors();
    if (!target?.name) errors.required('target.name');
    else errors.notSupported('target.kind', target.kind, ['Node', '<empty>']);
    errors.throwIfAny(BINDINGS, name);
  }
  const pod = entry.object as Pod;
  if (metadata.uid && metadata.uid !== pod.metadata.uid)
    throw conflict(PODS, name, uidText(metadata.uid, pod));
  if (pod.metadata.deletionTimestamp) {
    throw conflict(BINDINGS, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec.nodeName) {
    throw conflict(BINDINGS, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  }
  if (dryRun) return DONE;
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(api.clock()),
  };
  const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const { annotations } = metadata;
  const bound: Pod = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
    },
    spec: { ...pod.spec, nodeName: target!.name! },
    status: { ...pod.status, conditions: [...conditions, scheduled] },
  };
  served.store.put(entry.key, bound);
  return DONE;
}

interface Binding extends KubeObject {
  readonly target: { readonly kind?: string; readonly name?: string };
}

/** POST pods/NAME/eviction: a deletion that a disruption budget could refuse; there are none here. */
export function evict(api: Api, namespace: string, name: string, body: unknown): Status {
  const { deleteOptions = {} } = (isRecord(body) ? body : {}) as { deleteOptions?: DeleteOptions };
  const served = api.registry.of(PODS);
  const entry = liveEntry(served, namespace, name);
  if (entry && !entry.object.metadata.deletionTimestamp && !deleteOptions.dryRun) {
    const pod = entry.object as Pod;
    const lastTransitionTime = timestamp(api.clock());
    const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== EVICTED.type);
    const status = { ...pod.status, conditions: [...conditions, { ...EVICTED, lastTransitionTime }] };
    served.store.put(entry.key, { ...pod, status });
  }
  remove(api, served, namespace, name, deleteOptions);
  return DONE;
}

const EVICTED: Condition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

const NO_PROCESS: Readonly<Record<string, string>> = {
  log: 'has no logs',
  exec: 'cannot execute commands through the API',
  attach: 'has no process to attach to',
  portforward: 'cannot forward ports through the API',
};

/** Refuses what needs a container runtime. Throws 400, or 404 when there is no such pod. */
export function refuse(api: Api, namespace: string, name: string, subresource: string): never {
  if (!api.registry.of(PODS).store.get(`${namespace}/${name}`)) throw notFound(PODS, name);
  const what = NO_PROCESS[subresource];
  if (!what) throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
  throw badRequest(
    `pod ${name} ${what}: a pod of this lab is a network namespace without a container; ` +
      `run a command in it with "churnlab exec ${namespace}/${name} -- COMMAND"`,
  );
}
