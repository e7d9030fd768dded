import type { Permission } from './permissions.ts';

/** A rule of a Role or ClusterRole that gives one permission, as a line of YAML. */
export function ruleLine({ group, resource, verb }: Pick<Permission, 'group' | 'resource' | 'verb'>): string {
  return `- { apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"] }`;
}

/** `create pods in all namespaces`: verb, resource, namespace. */
export function permissionText({ verb, group, resource, namespace }: Permission): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${name} in ${namespace === undefined ? 'the whole cluster' : `namespace ${namespace}`}`;
}

/** A ClusterRole with all of these, verbs of a resource in one rule, to be bound to whoever runs. */
export function clusterRole(permissions: readonly Permission[]): string {
  const rules = Map.groupBy(permissions, ({ group, resource }) => JSON.stringify([group, resource]));
  const lines = [...rules.values()].map((each) => {
    const { group, resource } = each[0]!;
    const verbs = [...new Set(each.map(({ verb }) => `"${verb}"`))].join(', ');
    return `  - { apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs}] }`;
  });
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata: { name: churnlab-runner }',
    'rules:',
    ...lines,
    '',
  ].join('\n');
}
