import type { Resource } from './types.ts';

const resource = (
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced = true,
): Resource => ({
  group,
  version,
  plural,
  kind,
  namespaced,
});

export const PODS = resource('', 'v1', 'pods', 'Pod');
export const NODES = resource('', 'v1', 'nodes', 'Node', false);
export const SERVICES = resource('', 'v1', 'services', 'Service');
export const ENDPOINTS = resource('', 'v1', 'endpoints', 'Endpoints');
export const ENDPOINT_SLICES = resource('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
export const NAMESPACES = resource('', 'v1', 'namespaces', 'Namespace', false);
export const CONFIG_MAPS = resource('', 'v1', 'configmaps', 'ConfigMap');
export const SECRETS = resource('', 'v1', 'secrets', 'Secret');
export const SERVICE_ACCOUNTS = resource('', 'v1', 'serviceaccounts', 'ServiceAccount');
export const EVENTS = resource('', 'v1', 'events', 'Event');
export const LEASES = resource('coordination.k8s.io', 'v1', 'leases', 'Lease');
export const RESOURCE_QUOTAS = resource('', 'v1', 'resourcequotas', 'ResourceQuota');
export const DAEMON_SETS = resource('apps', 'v1', 'daemonsets', 'DaemonSet');
export const JOBS = resource('batch', 'v1', 'jobs', 'Job');
/** Of k6-operator, where a cluster has it. */
export const TEST_RUNS = resource('k6.io', 'v1alpha1', 'testruns', 'TestRun');
export const ROLES = resource('rbac.authorization.k8s.io', 'v1', 'roles', 'Role');
export const ROLE_BINDINGS = resource('rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding');
/** Asked and not stored: may whoever asks do something? */
export const SELF_SUBJECT_ACCESS_REVIEWS = resource(
  'authorization.k8s.io',
  'v1',
  'selfsubjectaccessreviews',
  'SelfSubjectAccessReview',
  false,
);
export const CRDS = resource(
  'apiextensions.k8s.io',
  'v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  false,
);
export const NODE_NETWORKS = resource('churnlab.dev', 'v1alpha1', 'nodenetworks', 'NodeNetwork', false);
export const IP_POOLS = resource('churnlab.dev', 'v1alpha1', 'ippools', 'IPPool', false);
export const CLUSTER_CIDRS = resource('churnlab.dev', 'v1alpha1', 'clustercidrs', 'ClusterCIDR', false);
export const IP_ADDRESSES = resource('networking.k8s.io', 'v1', 'ipaddresses', 'IPAddress', false);

/** Names the pool that a pod's addresses come from; on a pod, or on a namespace for all pods in it. */
export const IP_POOL_ANNOTATION = 'churnlab.dev/ip-pool';

/** `v1` or `group/v1`, as in an object's apiVersion. */
export function apiVersionOf(r: Resource): string {
  return r.group === '' ? r.version : `${r.group}/${r.version}`;
}
