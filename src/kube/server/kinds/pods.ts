import type { Container, Pod } from '../../objects.ts';
import { PODS } from '../../resources.ts';
import { define } from '../registry/define.ts';
import type { Draft, Hooks } from '../registry/resource-spec.ts';
import { jsonEqual } from '../rest/thaw.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { fieldReaders, flag } from '../selector/field-selector.ts';
import { POD_COLUMNS } from '../table/pod-columns.ts';
import { validatePodSpec } from '../validation/pod-spec.ts';
import { defaultPodSpec } from './pod-defaults.ts';

/** Fields of a container that may change in a pod that is there. */
const MUTABLE_SPEC = [
  'activeDeadlineSeconds',
  'terminationGracePeriodSeconds',
  'tolerations',
  'containers',
  'initContainers',
];

const UPDATE_REFUSED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const hooks: Hooks<Pod> = {
  prepareCreate(draft) {
    draft.status = { phase: 'Pending', qosClass: qosClass(draft as Draft<Pod>) } as Draft<Pod>['status'] &
      object;
  },
  defaults(draft) {
    if (draft.spec) defaultPodSpec(draft.spec as Record<string, unknown>);
  },
  prepareStatus(draft, live) {
    const { status } = draft;
    if (!status) return;
    // What a kubelet need not repeat: the class it cannot change, and the first of the pod's addresses.
    const { qosClass } = live.status ?? {};
    if (qosClass !== undefined) status.qosClass ??= qosClass as string;
    if (status.podIPs?.[0] && !status.podIP) status.podIP = status.podIPs[0].ip;
    else if (status.podIP && !status.podIPs?.length) status.podIPs = [{ ip: status.podIP }];
  },
  validate(pod, errors) {
    validatePodSpec(pod.spec as unknown as Record<string, unknown> | undefined, 'spec', errors);
  },
  validateUpdate(pod, live, errors) {
    if (!specUpdateAllowed(pod, live)) errors.forbidden('spec', UPDATE_REFUSED);
  },
  gracePeriod(pod, asked) {
    const { phase } = pod.status ?? {};
    if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
    // A negative grace means one second (k8s.io/kubernetes: pkg/registry/core/pod).
    const period = asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    return period < 0 ? 1 : period;
  },
};

/** Adding and removing scheduling gates, and binding by update, are left to their own requests. */
function specUpdateAllowed({ spec }: Pod, { spec: live }: Pod): boolean {
  if (jsonEqual(spec, live)) return true;
  for (const field of new Set([...Object.keys(spec), ...Object.keys(live)])) {
    if (!MUTABLE_SPEC.includes(field) && !jsonEqual(spec[field], live[field])) return false;
  }
  const images = (containers: readonly Container[] = []) => containers.map(({ image: _, ...rest }) => rest);
  const inits = (value: Pod['spec']) => images(value.initContainers as Container[] | undefined);
  return (
    jsonEqual(images(spec.containers), images(live.containers)) &&
    jsonEqual(inits(spec), inits(live)) &&
    (live.tolerations ?? []).every((toleration) =>
      spec.tolerations?.some((other) => jsonEqual(other, toleration)),
    )
  );
}

/** k8s.io/kubernetes: pkg/apis/core/v1/helper/qos. */
function qosClass(pod: Draft<Pod>): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let any = false;
  let all = true;
  for (const { resources } of (pod.spec?.containers ?? []) as { resources?: Resources }[]) {
    const { requests = {}, limits = {} } = resources ?? {};
    if (Object.keys(requests).length + Object.keys(limits).length > 0) any = true;
    for (const name of ['cpu', 'memory']) {
      if (limits[name] === undefined || (requests[name] ?? limits[name]) !== limits[name]) all = false;
    }
  }
  return !any ? 'BestEffort' : all ? 'Guaranteed' : 'Burstable';
}

interface Resources {
  readonly requests?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, unknown>>;
}

export const POD_SPEC = define<Pod>(PODS, builtinSchema('Pod'), {
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  returnsDeleted: true,
  fields: new Map([
    ...fieldReaders(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    ['spec.hostNetwork', flag('spec.hostNetwork')],
  ]),
  indexed: ['metadata.name', 'spec.nodeName'],
  columns: POD_COLUMNS,
  subresources: [
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  ],
  hooks,
});
