import { isIP } from 'node:net';
import type { ConfigMap, Endpoints, Namespace, Node } from '../../objects.ts';
import { CONFIG_MAPS, ENDPOINTS, NAMESPACES, NODES } from '../../resources.ts';
import type { KubeObject, Resource } from '../../types.ts';
import { define } from '../registry/define.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import { jsonEqual } from '../rest/thaw.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { fieldReaders, flag } from '../selector/field-selector.ts';
import { AGE, NAME } from '../table/column.ts';
import { CONFIG_MAP_COLUMNS, ENDPOINTS_COLUMNS, SECRET_COLUMNS } from '../table/core-columns.ts';
import { NODE_COLUMNS } from '../table/node-columns.ts';
import { labelProblem } from '../validation/names.ts';

const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true };
const SERVICE_ACCOUNTS: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
};

interface Secret extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

const NAMESPACE_SPEC = define<Namespace>(NAMESPACES, builtinSchema('Namespace'), {
  shortNames: ['ns'],
  nameProblem: labelProblem,
  hasStatus: true,
  fields: fieldReaders('status.phase'),
  columns: [NAME, { name: 'Status', type: 'string', cell: (o) => (o as Namespace).status?.phase }, AGE],
  subresources: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  hooks: {
    prepareCreate(draft) {
      draft.status = { phase: 'Active' };
      draft.spec = { finalizers: ['kubernetes'] };
    },
    defaults(draft) {
      // The admission of a real cluster labels namespaces with their name.
      draft.metadata.labels = {
        ...draft.metadata.labels,
        'kubernetes.io/metadata.name': draft.metadata.name ?? '',
      };
    },
    prepareUpdate(draft, live) {
      draft.spec = { finalizers: [...(live.spec?.finalizers ?? [])] };
    },
    holds: (namespace) => (namespace.spec?.finalizers ?? []).length > 0,
    deleting(draft) {
      delete draft.metadata.deletionGracePeriodSeconds;
      draft.status = { ...draft.status, phase: 'Terminating' };
    },
  },
});

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

const NODE_SPEC = define<Node>(NODES, builtinSchema('Node'), {
  shortNames: ['no'],
  hasStatus: true,
  fields: new Map([...fieldReaders(), ['spec.unschedulable', flag('spec.unschedulable')]]),
  columns: NODE_COLUMNS,
  hooks: {
    // Unlike other kinds a node brings its status along at creation (pkg/registry/core/node/strategy.go).
    keepsStatusAtCreation: true,
    defaults(draft) {
      draft.spec ??= {};
      if (draft.spec.podCIDRs?.length && !draft.spec.podCIDR) draft.spec.podCIDR = draft.spec.podCIDRs[0]!;
      if (draft.spec.podCIDR && !draft.spec.podCIDRs?.length) draft.spec.podCIDRs = [draft.spec.podCIDR];
      if (draft.spec.unschedulable === false) delete draft.spec.unschedulable;
    },
    validate(node, errors) {
      node.spec?.taints?.forEach(({ effect }, index) => {
        if (!TAINT_EFFECTS.includes(effect))
          errors.notSupported(`metadata.taints[${index}].effect`, effect, TAINT_EFFECTS);
      });
    },
    validateUpdate(node, live, errors) {
      const before = live.spec?.podCIDRs;
      if (before?.length && !jsonEqual(before, node.spec?.podCIDRs)) {
        errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
      }
    },
  },
});

const CONFIG_MAP_SPEC = define<ConfigMap>(CONFIG_MAPS, builtinSchema('ConfigMap'), {
  shortNames: ['cm'],
  columns: CONFIG_MAP_COLUMNS,
  hooks: { validateUpdate: (object, live, errors) => refuseImmutable(object, live, errors) },
});

const SECRET_SPEC = define<Secret>(SECRETS, builtinSchema('Secret'), {
  fields: fieldReaders('type'),
  columns: SECRET_COLUMNS,
  hooks: {
    defaults(draft) {
      draft.type ??= 'Opaque';
      if (!draft.stringData) return;
      const encoded = Object.entries(draft.stringData).map(([key, text]) => [
        key,
        Buffer.from(text).toString('base64'),
      ]);
      draft.data = { ...draft.data, ...Object.fromEntries(encoded) };
      delete draft.stringData;
    },
    validateUpdate(secret, live, errors) {
      if (secret.type !== live.type) errors.invalid('type', secret.type, 'field is immutable');
      refuseImmutable(secret, live, errors);
    },
  },
});

type WithData = KubeObject & { readonly immutable?: boolean; readonly data?: unknown };

function refuseImmutable(
  object: WithData,
  live: WithData,
  errors: { forbidden(field: string, why: string): void },
): void {
  if (!live.immutable) return;
  const why = 'field is immutable when `immutable` is set';
  if (!object.immutable) errors.forbidden('immutable', why);
  if (!jsonEqual(object.data, live.data)) errors.forbidden('data', why);
}

/** k8s.io/kubernetes: pkg/apis/core/validation: ValidateNonSpecialIP. */
function endpointAddressProblem(ip: string): string | undefined {
  if (!isIP(ip)) return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  if (ip === '0.0.0.0' || ip === '::') return 'may not be unspecified (0.0.0.0 or ::)';
  if (ip.startsWith('127.') || ip === '::1') return 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  return undefined;
}

/** core/v1, but for pods, services and events. */
export const CORE_SPECS: readonly ResourceSpec[] = [
  NAMESPACE_SPEC,
  NODE_SPEC,
  CONFIG_MAP_SPEC,
  SECRET_SPEC,
  define(SERVICE_ACCOUNTS, builtinSchema('ServiceAccount'), { shortNames: ['sa'], returnsDeleted: true }),
  define(ENDPOINTS, builtinSchema('Endpoints'), {
    shortNames: ['ep'],
    createOnUpdate: true,
    columns: ENDPOINTS_COLUMNS,
    hooks: {
      defaults(draft) {
        for (const { ports } of (draft as Draft<Endpoints>).subsets ?? []) {
          for (const port of ports ?? []) port.protocol ??= 'TCP';
        }
      },
      validate(endpoints, errors) {
        (endpoints as Endpoints).subsets?.forEach(({ addresses = [], notReadyAddresses = [] }, i) => {
          for (const [field, list] of Object.entries({ addresses, notReadyAddresses })) {
            list.forEach(({ ip }, at) => {
              const problem = endpointAddressProblem(ip);
              if (problem) errors.invalid(`subsets[${i}].${field}[${at}].ip`, ip, problem);
            });
          }
        });
      },
      warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
    },
    singular: 'endpoints',
  }),
];
