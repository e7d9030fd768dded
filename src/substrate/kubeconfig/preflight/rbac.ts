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

/**
 * All of these as roles, to be bound to whoever runs: a ClusterRole, since namespaces of runs are made as they are needed,
 * and a Role for each namespace that is named.
 */
export function roleManifest(permissions: readonly Permission[]): string {
  const places = Map.groupBy(permissions, ({ namespace = '' }) => namespace);
  return [...places].map(([namespace, each]) => role(namespace, each)).join('---\n');
}

function role(namespace: string, permissions: readonly Permission[]): string {
  const rules = Map.groupBy(permissions, ({ group, resource }) => JSON.stringify([group, resource]));
  const lines = [...rules.values()].map((each) => {
    const { group, resource } = each[0]!;
    const verbs = [...new Set(each.map(({ verb }) => `"${verb}"`))].join(', ');
    return `  - { apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs}] }`;
  });
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${namespace === '' ? 'ClusterRole' : 'Role'}`,
    `metadata: { name: churnlab-runner${namespace === '' ? '' : `, namespace: ${namespace}`} }`,
    'rules:',
    ...lines,
    '',
  ].join('\n');
}
