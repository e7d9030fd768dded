import type { KubeObject, Resource } from '../../types.ts';
import { define } from '../registry/define.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { isRecord } from '../schema/prune.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import {
  DAEMON_SET_COLUMNS,
  DEPLOYMENT_COLUMNS,
  REPLICA_SET_COLUMNS,
  STATEFUL_SET_COLUMNS,
} from '../table/workload-columns.ts';
import { validatePodSpec } from '../validation/pod-spec.ts';
import { defaultPodSpec } from './pod-defaults.ts';

/**
 * Workloads are kept, not run: clients list and watch them, and manifests with them can be applied. Nothing in
 * the lab makes pods of them.
 */
interface Workload extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly object[];
    };
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec?: Record<string, unknown>;
    };
    readonly [field: string]: unknown;
  };
}

const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Deployment: { replicas: 1, strategy: ROLLING, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  ReplicaSet: { replicas: 1 },
  DaemonSet: {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  },
  StatefulSet: {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
  },
};

function workload(
  plural: string,
  kind: 'Deployment' | 'ReplicaSet' | 'DaemonSet' | 'StatefulSet',
  options: object,
): ResourceSpec {
  const resource: Resource = { group: 'apps', version: 'v1', plural, kind, namespaced: true };
  return define<Workload>(resource, builtinSchema(kind), {
    categories: ['all'],
    hasStatus: true,
    hasGeneration: true,
    ...options,
    hooks: {
      prepareCreate(draft) {
        (draft as Record<string, unknown>).status = {};
      },
      defaults(draft) {
        fill(draft, DEFAULTS[kind]!);
      },
      validate,
    },
  });
}

function fill(draft: Draft<Workload>, defaults: Readonly<Record<string, unknown>>): void {
  if (!draft.spec) return;
  for (const field in defaults) {
    const { type } = (draft.spec[field] ?? {}) as { type?: unknown };
    // `strategy: {}` means what no strategy means.
    const absent = draft.spec[field] === undefined || (isRecord(defaults[field]) && type === undefined);
    if (absent) draft.spec[field] = structuredClone(defaults[field]) as never;
  }
  if (draft.spec.template?.spec) defaultPodSpec(draft.spec.template.spec);
}

function validate({ spec }: Workload, errors: FieldErrors): void {
  const { selector, template } = spec ?? {};
  if (!selector) errors.required('spec.selector');
  const wanted = Object.entries(selector?.matchLabels ?? {});
  if (selector && wanted.length === 0 && !selector.matchExpressions?.length) {
    errors.invalid('spec.selector', selector, 'empty selector is invalid for deployment');
  }
  const labels = template?.metadata?.labels ?? {};
  if (wanted.some(([key, value]) => labels[key] !== value)) {
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
  validatePodSpec(template?.spec, 'spec.template.spec', errors);
}

/** apps/v1. */
export const WORKLOAD_SPECS: readonly ResourceSpec[] = [
  workload('deployments', 'Deployment', { shortNames: ['deploy'], columns: DEPLOYMENT_COLUMNS }),
  workload('replicasets', 'ReplicaSet', { shortNames: ['rs'], columns: REPLICA_SET_COLUMNS }),
  workload('daemonsets', 'DaemonSet', { shortNames: ['ds'], columns: DAEMON_SET_COLUMNS }),
  workload('statefulsets', 'StatefulSet', { shortNames: ['sts'], columns: STATEFUL_SET_COLUMNS }),
];
