import { isDeepStrictEqual } from 'node:util';
import {
  deleteIfThere,
  ENDPOINTS,
  type EndpointAddress,
  type EndpointSubset,
  type Endpoints,
  type Informer,
  isReady,
  isReason,
  keyOf,
  type Pod,
  type Service,
  splitKey,
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

/** Addresses that an Endpoints object holds at most. */
const CAPACITY = 1000;
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';

/** Keeps the Endpoints object of every service with a selector (pkg/controller/endpoint of Kubernetes). */
export class EndpointsController implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #servicePods: ServicePods;
  readonly #endpoints: Informer<Endpoints>;
  readonly #queue: BatchedQueue;

  constructor(context: ControllerContext, servicePods: ServicePods, batchPeriod: number) {
    this.#context = context;
    this.#servicePods = servicePods;
    this.#endpoints = context.informers.get<Endpoints>(ENDPOINTS);
    this.#queue = new BatchedQueue({
      sync: (key, since) => this.#sync(key, since),
      onError: (error, key) => {
        // The cache lags behind an update of ours: the next attempt sees it.
        if (!isReason(error, 'Conflict', 'AlreadyExists')) context.onError('endpoints', key, error);
      },
      batchPeriod,
    });
    servicePods.onChange((key, since) => this.#queue.add(key, since));
    // Undoes what others do to an object that belongs to a service, and clears up after one deleted meanwhile.
    this.#endpoints.onDelete((endpoints) => this.#queue.add(keyOf(endpoints), undefined));
    this.#endpoints.onAdd((endpoints) => {
      if (endpoints.metadata.labels?.[MANAGED_BY]) this.#queue.add(keyOf(endpoints), undefined);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue[Symbol.asyncDispose]();
  }

  async #sync(key: string, since: string | undefined): Promise<void> {
    const service = this.#servicePods.service(key);
    const current = this.#endpoints.get(key);
    if (!service) {
      this.#queue.forget(key);
      const { name, namespace } = splitKey(key);
      if (current) await deleteIfThere(this.#context.client, ENDPOINTS, name, namespace);
      return;
    }
    if (!hasEndpoints(service)) return;
    const desired = endpointsOf(service, this.#servicePods.podsOf(service), since, current);
    if (!current) await this.#create(desired);
    else if (!isSame(current, desired)) await this.#context.client.replace(ENDPOINTS, desired);
  }

  async #create(endpoints: Endpoints): Promise<void> {
    try {
      await this.#context.client.create(ENDPOINTS, endpoints);
    } catch (error) {
      // A namespace that is being deleted takes no new objects.
      if (!isReason(error, 'Forbidden', 'NotFound')) throw error;
    }
  }
}

function endpointsOf(
  service: Service,
  pods: readonly Pod[],
  since: string | undefined,
  current?: Endpoints,
): Endpoints {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const all = subsetsOf(service, pods);
  const { subsets, truncated } = truncate(all);
  const {
    [OVER_CAPACITY]: _over,
    [TRIGGER_TIME]: _time,
    ...annotations
  } = current?.metadata.annotations ?? {};
  return {
    ...current,
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...current?.metadata,
      name,
      namespace,
      labels: {
        ...labels,
        ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
        [MANAGED_BY]: 'endpoint-controller',
      },
      annotations: {
        ...annotations,
        ...(since === undefined ? {} : { [TRIGGER_TIME]: since }),
        ...(truncated ? { [OVER_CAPACITY]: 'truncated' } : {}),
      },
    },
    subsets,
  };
}

function isSame(current: Endpoints, desired: Endpoints): boolean {
  return (
    isDeepStrictEqual(current.subsets ?? [], desired.subsets) &&
    isDeepStrictEqual(current.metadata.labels, desired.metadata.labels) &&
    current.metadata.annotations?.[OVER_CAPACITY] === desired.metadata.annotations?.[OVER_CAPACITY]
  );
}

/** One subset for all pods that serve the service on the same ports. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const [family = 'IPv4'] = familiesOf(service);
  const { publishNotReadyAddresses = false, ports = [] } = service.spec;
  const byPorts = new Map<
    string,
    { ports: object[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }
  >();
  for (const pod of pods) {
    const ip = addressOf(pod, family);
    if (ip === undefined || !isEndpoint(pod, publishNotReadyAddresses)) continue;
    const own = portsFor(pod, service).map(({ name, ...port }) => (name ? { name, ...port } : port));
    // Without any of the ports there is nothing to connect to, unless the service is a headless one without ports.
    if (own.length === 0 && !(ports.length === 0 && service.spec.clusterIP === 'None')) continue;
    const key = JSON.stringify(own);
    const subset = byPorts.get(key) ?? { ports: own, ready: [], notReady: [] };
    byPorts.set(key, subset);
    const node = pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName };
    const address = { ip, ...hostnameFor(pod, service), ...node, targetRef: targetRefOf(pod) };
    (publishNotReadyAddresses || isReady(pod) ? subset.ready : subset.notReady).push(address);
  }
  return Array.from(byPorts.values(), ({ ports, ready, notReady }) => ({
    ...(ready.length ? { addresses: ready.sort(byIp) } : {}),
    ...(notReady.length ? { notReadyAddresses: notReady.sort(byIp) } : {}),
    ...(ports.length ? { ports } : {}),
  }));
}

/** Ready addresses first, up to the capacity of the object. */
function truncate(subsets: EndpointSubset[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const count = subsets.reduce(
    (sum, s) => sum + (s.addresses?.length ?? 0) + (s.notReadyAddresses?.length ?? 0),
    0,
  );
  if (count <= CAPACITY) return { subsets, truncated: false };
  let room = CAPACITY;
  const take = (addresses: readonly EndpointAddress[] = []) => {
    const taken = addresses.slice(0, room);
    room -= taken.length;
    return taken;
  };
  const ready = subsets.map(({ addresses }) => take(addresses));
  const cut = subsets.map(({ notReadyAddresses, ports }, index) => ({
    ...(ready[index]?.length ? { addresses: ready[index] } : {}),
    ...some('notReadyAddresses', take(notReadyAddresses)),
    ...(ports ? { ports } : {}),
  }));
  return { subsets: cut.filter((s) => 'addresses' in s || 'notReadyAddresses' in s), truncated: true };
}

function some(
  name: 'notReadyAddresses',
  addresses: EndpointAddress[],
): { notReadyAddresses?: EndpointAddress[] } {
  return addresses.length ? { [name]: addresses } : {};
}

function byIp(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0;
}
