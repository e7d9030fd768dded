import type { Registry } from '../registry/registry.ts';
import { noSuchPath } from '../status/errors.ts';
import { type DiscoveredGroup, type DiscoveredResource, discoveredGroups } from './groups.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export interface Document {
  readonly body: unknown;
  readonly contentType: string;
}

/** The discovery endpoints below /api and /apis; rebuilt when kinds come and go. */
export class Discovery {
  readonly #registry: Registry;
  #generation = -1;
  #groups: readonly DiscoveredGroup[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Answers a discovery path; undefined for other paths. Throws 404 for groups that are not there. */
  document(path: string, accept: string | undefined): Document | undefined {
    const parts = path.replace(/\/$/, '').split('/').slice(1);
    if (parts[0] === 'api' && parts.length <= 2)
      return parts.length === 1 ? this.#core(accept) : this.#resources('', parts[1]!);
    if (parts[0] !== 'apis' || parts.length > 3) return undefined;
    if (parts.length === 1) return this.#all(accept);
    return parts.length === 2 ? this.#group(parts[1]!) : this.#resources(parts[1]!, parts[2]!);
  }

  groups(): readonly DiscoveredGroup[] {
    if (this.#generation !== this.#registry.generation) {
      this.#groups = discoveredGroups(this.#registry);
      this.#generation = this.#registry.generation;
    }
    return this.#groups;
  }

  #core(accept: string | undefined): Document {
    const core = this.groups().filter(({ group }) => group === '');
    if (wantsAggregated(accept)) return aggregated(core);
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }];
    return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs });
  }

  #all(accept: string | undefined): Document {
    const groups = this.groups().filter(({ group }) => group !== '');
    if (wantsAggregated(accept)) return aggregated(groups);
    return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) });
  }

  #group(name: string): Document {
    const group = this.groups().find((candidate) => candidate.group === name);
    if (!group) throw noSuchPath();
    return json({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) });
  }

  #resources(name: string, version: string): Document {
    const group = this.groups().find((candidate) => candidate.group === name);
    const found = group?.versions.find((candidate) => candidate.version === version);
    if (!found) throw noSuchPath();
    const groupVersion = name === '' ? version : `${name}/${version}`;
    const resources = found.resources.flatMap(apiResources);
    return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
  }
}

const json = (body: unknown): Document => ({ body, contentType: 'application/json' });

const wantsAggregated = (accept = ''): boolean =>
  accept
    .split(',')
    .some(
      (clause) =>
        clause.includes('as=APIGroupDiscoveryList') &&
        clause.includes('v=v2') &&
        !clause.includes('v=v2beta'),
    );

function apiGroup({ group, versions }: DiscoveredGroup) {
  const list = versions.map(({ version }) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: list, preferredVersion: list[0] };
}

function apiResources({ name, singular, subresources, ...resource }: DiscoveredResource) {
  const main = { name, singularName: singular, ...resource };
  const subs = subresources.map(({ name: sub, ...rest }) => ({
    name: `${name}/${sub}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...rest,
  }));
  return [main, ...subs];
}

/** Everything in one answer (KEP-3352). */
function aggregated(groups: readonly DiscoveredGroup[]): Document {
  const items = groups.map(({ group, versions }) => ({
    metadata: { ...(group !== '' && { name: group }), creationTimestamp: null },
    versions: versions.map(({ version, resources }) => ({
      version,
      freshness: 'Current',
      resources: resources.map((resource) => aggregatedResource(group, version, resource)),
    })),
  }));
  const body = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  return { body, contentType: AGGREGATED };
}

function aggregatedResource(group: string, version: string, resource: DiscoveredResource) {
  const { name, singular, namespaced, kind, verbs, shortNames, categories, subresources } = resource;
  return {
    resource: name,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((sub) => ({
        subresource: sub.name,
        responseKind: { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind },
        verbs: sub.verbs,
      })),
    }),
  };
}
