/**
 * Which lists of the built-in types merge, and by what: `x-kubernetes-list-type`, `-list-map-keys` and
 * `x-kubernetes-patch-merge-key` of Kubernetes' OpenAPI (api/openapi-spec), for the types that are served.
 * Lists that are not named here are atomic for every kind of patch.
 */
import type { ListRule } from './schema.ts';

/** Merged by every kind of patch; the strategic key is the first unless told otherwise. */
const map = (...keys: string[]): ListRule => ({ kind: 'map', keys, mergeKey: keys[0]! });
/** Merged by server-side apply only. */
const applyMap = (...keys: string[]): ListRule => ({ kind: 'map', keys });
/** Merged by strategic merge patches only; server-side apply replaces it. */
const strategicOnly = (mergeKey: string): ListRule => ({ kind: 'atomic', mergeKey });
const set = (strategic: boolean): ListRule => ({ kind: 'set', strategic });

const CONTAINER = {
  env: map('name'),
  ports: map('containerPort', 'protocol'),
  volumeMounts: map('mountPath'),
  volumeDevices: map('devicePath'),
} as const;
const CONDITIONS = { conditions: map('type') } as const;
const SERVICE_ACCOUNT = { secrets: map('name'), imagePullSecrets: strategicOnly('name') } as const;

export const LIST_RULES: Readonly<Record<string, Readonly<Record<string, ListRule>>>> = {
  V1ObjectMeta: { ownerReferences: map('uid'), finalizers: set(true) },
  V1PodSpec: {
    containers: map('name'),
    initContainers: map('name'),
    ephemeralContainers: map('name'),
    volumes: map('name'),
    imagePullSecrets: map('name'),
    hostAliases: map('ip'),
    resourceClaims: map('name'),
    schedulingGates: map('name'),
    topologySpreadConstraints: map('topologyKey', 'whenUnsatisfiable'),
  },
  V1Container: CONTAINER,
  V1EphemeralContainer: CONTAINER,
  V1ResourceRequirements: { claims: applyMap('name') },
  V1PodStatus: { ...CONDITIONS, podIPs: map('ip'), hostIPs: strategicOnly('ip') },
  V1ServiceSpec: { ports: map('port', 'protocol') },
  V1ServiceStatus: CONDITIONS,
  V1NodeSpec: { podCIDRs: set(true), taints: strategicOnly('key') },
  V1NodeStatus: { ...CONDITIONS, addresses: map('type') },
  V1NamespaceStatus: CONDITIONS,
  V1ServiceAccount: SERVICE_ACCOUNT,
  V1ServiceCIDRStatus: CONDITIONS,
  V1CustomResourceDefinitionStatus: { conditions: applyMap('type') },
};

/** Maps and objects that server-side apply owns as a whole (`x-kubernetes-map-type: atomic`). */
export const ATOMIC_MAPS: ReadonlySet<string> = new Set(['V1ServiceSpec.selector', 'V1PodSpec.nodeSelector']);

export const ATOMIC_TYPES: ReadonlySet<string> = new Set([
  'V1ObjectReference',
  'V1LabelSelector',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1LocalObjectReference',
  'V1SecretReference',
  'V1TypedLocalObjectReference',
]);
