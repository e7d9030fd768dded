import type { ServicePortSpec } from '../../datapath/services/index.ts';
import {
  ENDPOINT_SLICES,
  type EndpointSlice,
  Informer,
  type KubeClient,
  type KubeObject,
  type ObjectMeta,
  SERVICES,
  type Service,
} from '../../kube/index.ts';
import type { ServiceDefaults } from './parse-service.ts';
import { ServiceTable, type TableChange } from './service-table.ts';

/** The object of the API that a change came from. */
export interface Cause {
  readonly kind: 'Service' | 'EndpointSlice';
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** When the agent got it, CLOCK_MONOTONIC in ns. */
  readonly receivedNs: number;
}

/** Who has Services to program: a node. */
export interface ServiceFollower {
  /** Everything, once, as soon as it is known. */
  load(specs: Iterable<ServicePortSpec>): void;
  /** What changed since. */
  change(change: TableChange, cause: Cause): void;
}

/** Services and EndpointSlices of the API, followed once for all nodes of a process. */
export class ServiceFeed implements AsyncDisposable {
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #table: ServiceTable;
  readonly #followers: ServiceFollower[] = [];
  #loaded = false;

  constructor(client: KubeClient, defaults: ServiceDefaults) {
    this.#table = new ServiceTable(defaults);
    // The table has what is needed of them: of tens of thousands a second copy is worth avoiding.
    this.#services = new Informer<Service>(client, SERVICES, {
      keep: ({ metadata, apiVersion, kind }) => ({
        apiVersion,
        kind,
        metadata: outlineOf(metadata),
        spec: {},
      }),
    });
    this.#slices = new Informer<EndpointSlice>(client, ENDPOINT_SLICES, {
      keep: ({ metadata, apiVersion, kind, addressType }) => ({
        ...{ apiVersion, kind, addressType, endpoints: [] },
        metadata: outlineOf(metadata),
      }),
    });
    const set = (service: Service): void => this.#tell('Service', service, this.#table.setService(service));
    const setSlice = (slice: EndpointSlice): void =>
      this.#tell('EndpointSlice', slice, this.#table.setSlice(slice));
    this.#services
      .onAdd(set)
      .onUpdate(set)
      .onDelete((service) => this.#tell('Service', service, this.#table.deleteService(service)));
    this.#slices
      .onAdd(setSlice)
      .onUpdate(setSlice)
      .onDelete((slice) => this.#tell('EndpointSlice', slice, this.#table.deleteSlice(slice)));
  }

  /** To be called before {@link start}. */
  follow(follower: ServiceFollower): void {
    this.#followers.push(follower);
  }

  /** Resolves when all followers have loaded what the API has. Throws as Informer.start. */
  async start(): Promise<void> {
    await Promise.all([this.#services.start(), this.#slices.start()]);
    for (const follower of this.#followers) follower.load(this.#table.specs());
    this.#loaded = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#services[Symbol.asyncDispose](), this.#slices[Symbol.asyncDispose]()]);
  }

  #tell(kind: Cause['kind'], { metadata }: KubeObject, change: TableChange | undefined): void {
    if (!this.#loaded || !change || (change.set.length === 0 && change.deleted.length === 0)) return;
    const cause: Cause = {
      kind,
      namespace: metadata.namespace ?? '',
      name: metadata.name!,
      resourceVersion: metadata.resourceVersion ?? '',
      receivedNs: Number(process.hrtime.bigint()),
    };
    for (const follower of this.#followers) follower.change(change, cause);
  }
}

/** What tells an object and its version; of labels those of a slice, which name its Service. */
function outlineOf({ name, namespace, uid, resourceVersion, labels }: ObjectMeta): ObjectMeta {
  return { name, namespace, uid, resourceVersion, labels } as ObjectMeta;
}
