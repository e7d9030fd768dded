import { isDeepStrictEqual } from 'node:util';
import {
  deleteIfThere,
  ENDPOINT_SLICES,
  type Endpoint,
  type EndpointSlice,
  type Informer,
  type IpFamily,
  isReady,
  isReason,
  NODES,
  type Node,
  type Pod,
  type Service,
} from '../../../index.ts';
import type { ControllerContext } from '../controller-context.ts';
import { BatchedQueue } from './batched-queue.ts';
import {
  addressOf,
  familiesOf,
  HEADLESS,
  hasEndpoints,
  hostnameFor,
  isEndpoint,
  isHeadless,
  portsFor,
  TRIGGER_TIME,
  targetRefOf,
} from './pod-endpoint.ts';
import type { ServicePods } from './service-pods.ts';
import { MANAGED_BY, MANAGER, SERVICE_NAME, SliceCache } from './slice-cache.ts';
import { type Group, planSlices, portsKey, type SlicePlan } from './slice-plan.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** Keeps the EndpointSlices of every service with a selector (k8s.io/endpointslice and its controller). */
export class EndpointSliceController implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #servicePods: ServicePods;
  readonly #nodes: Informer<Node>;
  readonly #slices: SliceCache;
  readonly #queue: BatchedQueue;

  constructor(context: ControllerContext, servicePods: ServicePods, batchPeriod: number) {
    this.#context = context;
    this.#servicePods = servicePods;
    this.#nodes = context.informers.get<Node>(NODES);
    this.#queue = new BatchedQueue({
      sync: (key, since) => this.#sync(key, since),
      onError: (error, key) => {
        // Somebody else wrote a slice: the next attempt knows of it.
        if (!isReason(error, 'Conflict')) context.onError('endpoint-slice', key, error);
      },
      batchPeriod,
    });
    this.#slices = new SliceCache(context.informers, (key) => this.#queue.add(key, undefined));
    servicePods.onChange((key, since) => this.#queue.add(key, since));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue[Symbol.asyncDispose]();
  }

  async #sync(key: string, since: string | undefined): Promise<void> {
    const service = this.#servicePods.service(key);
    if (!service) {
      // Its slices go with it: they are owned by the service.
      this.#queue.forget(key);
      return;
    }
    if (!hasEndpoints(service)) return;
    const pods = this.#servicePods.podsOf(service);
    const families = familiesOf(service);
    const existing = this.#slices.of(key);
    for (const family of families) {
      const own = existing.filter(({ addressType }) => addressType === family);
      await this.#apply(service, family, planSlices(this.#groupsOf(service, pods, family), own), own, since);
    }
    for (const slice of existing) {
      if (!families.includes(slice.addressType as IpFamily)) await this.#delete(slice);
    }
  }

  #groupsOf(service: Service, pods: readonly Pod[], family: IpFamily): Map<string, Group> {
    const groups = new Map<string, Group>();
    for (const pod of pods) {
      const ip = addressOf(pod, family);
      if (ip === undefined || !isEndpoint(pod, true)) continue;
      const ports = portsFor(pod, service);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, endpoints: new Map() };
      groups.set(key, group);
      group.endpoints.set(ip, this.#endpointOf(service, pod, ip));
    }
    return groups;
  }

  #endpointOf(service: Service, pod: Pod, ip: string): Endpoint {
    const serving = isReady(pod);
    const terminating = Boolean(pod.metadata.deletionTimestamp);
    const ready = Boolean(service.spec.publishNotReadyAddresses) || (serving && !terminating);
    const { nodeName } = pod.spec;
    const zone = this.#nodes.get(nodeName ?? '')?.metadata.labels?.[ZONE];
    return {
      addresses: [ip],
      conditions: { ready, serving, terminating },
      ...hostnameFor(pod, service),
      targetRef: targetRefOf(pod),
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(zone === undefined ? {} : { zone }),
    };
  }

  async #apply(
    service: Service,
    family: IpFamily,
    plan: SlicePlan,
    own: readonly EndpointSlice[],
    since: string | undefined,
  ): Promise<void> {
    const { client } = this.#context;
    const labels = labelsOf(service);
    const annotations = since === undefined ? undefined : { [TRIGGER_TIME]: since };
    try {
      for (const { ports, endpoints } of plan.create) {
        const slice = newSlice(service, family, labels, annotations);
        this.#slices.put(await client.create<EndpointSlice>(ENDPOINT_SLICES, { ...slice, ports, endpoints }));
      }
    } catch (error) {
      // A namespace that is being deleted takes no new objects.
      if (!isReason(error, 'Forbidden', 'NotFound')) throw error;
    }
    for (const { slice, endpoints } of plan.update)
      await this.#replace(slice, endpoints, labels, annotations);
    for (const slice of plan.delete) await this.#delete(slice);
    const written = new Set([...plan.update.map(({ slice }) => slice), ...plan.delete]);
    for (const slice of own) {
      const relabelled = !written.has(slice) && !isDeepStrictEqual(slice.metadata.labels, labels);
      if (relabelled) await this.#replace(slice, slice.endpoints, labels, annotations);
    }
  }

  async #replace(
    slice: EndpointSlice,
    endpoints: readonly Endpoint[],
    labels: Record<string, string>,
    annotations: Record<string, string> | undefined,
  ): Promise<void> {
    const { [TRIGGER_TIME]: _before, ...others } = slice.metadata.annotations ?? {};
    const metadata = { ...slice.metadata, labels, annotations: { ...others, ...annotations } };
    try {
      this.#slices.put(
        await this.#context.client.replace(ENDPOINT_SLICES, { ...slice, metadata, endpoints }),
      );
    } catch (error) {
      if (isReason(error, 'NotFound')) this.#slices.delete(slice);
      throw error;
    }
  }

  async #delete(slice: EndpointSlice): Promise<void> {
    const { name = '', namespace } = slice.metadata;
    this.#slices.delete(slice);
    await deleteIfThere(this.#context.client, ENDPOINT_SLICES, name, namespace);
  }
}

function labelsOf(service: Service): Record<string, string> {
  return {
    ...service.metadata.labels,
    ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
    [SERVICE_NAME]: service.metadata.name ?? '',
    [MANAGED_BY]: MANAGER,
  };
}

function newSlice(
  service: Service,
  addressType: IpFamily,
  labels: Record<string, string>,
  annotations: Record<string, string> | undefined,
) {
  const { name = '', namespace = '', uid = '' } = service.metadata;
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [owner],
    },
    addressType,
  };
}
