import { REVIEWS } from '../auth/reviews.ts';
import type { Registry, Served } from '../registry/registry.ts';
import type { Subresource } from '../registry/resource-spec.ts';

/** A resource as discovery shows it. */
export interface DiscoveredResource {
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources: readonly Subresource[];
}

export interface DiscoveredVersion {
  readonly version: string;
  readonly resources: readonly DiscoveredResource[];
}

export interface DiscoveredGroup {
  readonly group: string;
  readonly versions: readonly DiscoveredVersion[];
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS = ['get', 'patch', 'update'];

/** All groups with their versions and resources, core first, the rest by name. */
export function discoveredGroups(registry: Registry): readonly DiscoveredGroup[] {
  const groups = new Map<string, Map<string, DiscoveredResource[]>>();
  const add = (group: string, version: string, resource: DiscoveredResource) => {
    const versions = groups.get(group) ?? new Map<string, DiscoveredResource[]>();
    groups.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), resource]);
  };
  for (const served of registry.all())
    add(served.spec.resource.group, served.spec.resource.version, describe(served));
  for (const { group, version, plural, kind, namespaced } of REVIEWS) {
    add(group, version, {
      name: plural,
      singular: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: ['create'],
      subresources: [],
    });
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, versions]) => ({
      group,
      versions: [...versions]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, resources]) => ({
          version,
          resources: resources.sort((a, b) => (a.name < b.name ? -1 : 1)),
        })),
    }));
}

function describe({ spec }: Served): DiscoveredResource {
  const { resource, singular, shortNames, categories, hasStatus } = spec;
  const status: Subresource = { name: 'status', kind: resource.kind, verbs: STATUS_VERBS };
  return {
    name: resource.plural,
    singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: VERBS,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    subresources: hasStatus ? [status, ...spec.subresources] : spec.subresources,
  };
}

/** v2 before v1 before v1beta1 before v1alpha1 (k8s.io/apimachinery/pkg/version). */
export function compareVersions(a: string, b: string): number {
  const rank = (text: string) => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text);
    if (!match) return [0, 0, 0];
    const [, major, stage, minor = '0'] = match;
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor)];
  };
  const left = rank(a);
  const right = rank(b);
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return right[i]! - left[i]!;
  return a < b ? -1 : 1;
}
