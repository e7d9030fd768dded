import {
  CONFIG_MAPS,
  CRDS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  Informer,
  IP_ADDRESSES,
  type KubeClient,
  type KubeObject,
  LEASES,
  NAMESPACES,
  NODES,
  PODS,
  type Resource,
  SERVICES,
} from '../../index.ts';
import type { SharedInformers } from './shared-informers.ts';

/** Built-in kinds that no controller here works with, but whose objects can own, be owned, or lie in a namespace. */
const OTHERS: readonly Resource[] = [
  ['', 'secrets', 'Secret'],
  ['', 'serviceaccounts', 'ServiceAccount'],
  ['networking.k8s.io', 'networkpolicies', 'NetworkPolicy'],
  ['networking.k8s.io', 'ingresses', 'Ingress'],
].map(([group = '', plural = '', kind = '']) => ({ group, version: 'v1', plural, kind, namespaced: true }));

/** Of the built-in kinds, those that can own or be owned. Events are neither: they expire. */
const OWNABLE = [
  ...[PODS, SERVICES, ENDPOINTS, ENDPOINT_SLICES, CONFIG_MAPS, LEASES, IP_ADDRESSES, NODES, NAMESPACES],
  ...OTHERS,
];

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
    }[];
  };
}

/** The kinds that are served: the built-in ones and, as they come and go, those that CRDs define. */
export class ServedResources implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #shared: SharedInformers;
  readonly #definitions: Informer<Definition>;
  readonly #custom = new Map<string, { resource: Resource; informer: Informer<KubeObject> }>();

  constructor(client: KubeClient, shared: SharedInformers) {
    this.#client = client;
    this.#shared = shared;
    this.#definitions = shared.get<Definition>(CRDS);
  }

  /** Kinds whose objects lie in namespaces. */
  namespaced(): Resource[] {
    const custom = Array.from(this.#custom.values(), ({ resource }) => resource);
    return [...OWNABLE, EVENTS, ...custom].filter(({ namespaced }) => namespaced);
  }

  /** The resource that an owner reference points into. */
  find(apiVersion: string, kind: string): Resource | undefined {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const matches = (resource: Resource) => resource.group === group && resource.kind === kind;
    return (
      OWNABLE.find(matches) ??
      this.#custom
        .values()
        .map(({ resource }) => resource)
        .find(matches)
    );
  }

  /** Calls `follow` with an informer of every kind that can own or be owned, of those to come too. */
  followOwnable(follow: (resource: Resource, informer: Informer<KubeObject>) => void): void {
    for (const resource of OWNABLE) follow(resource, this.#shared.get(resource));
    this.#definitions.onAdd((definition) => {
      const resource = resourceOf(definition);
      // Not shared: it starts and ends with its definition. Until the kind is served it asks again and again.
      const informer = new Informer<KubeObject>(this.#client, resource);
      this.#custom.set(definition.metadata.uid ?? '', { resource, informer });
      follow(resource, informer);
      informer.start().catch(() => {});
    });
    this.#definitions.onDelete((definition) => {
      const uid = definition.metadata.uid ?? '';
      void this.#custom.get(uid)?.informer[Symbol.asyncDispose]();
      this.#custom.delete(uid);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#custom.values().map(({ informer }) => informer[Symbol.asyncDispose]()));
  }
}

function resourceOf({ spec }: Definition): Resource {
  const { plural, kind } = spec.names;
  const version =
    (spec.versions.find(({ storage, served }) => storage && served) ?? spec.versions[0])?.name ?? '';
  return { group: spec.group, version, plural, kind, namespaced: spec.scope === 'Namespaced' };
}
