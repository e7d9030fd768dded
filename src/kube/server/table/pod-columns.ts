import type { Condition, ContainerStatus, Pod } from '../../index.ts';
import { AGE, age, type Columns, NAME } from './column.ts';

/** Columns of pods (k8s.io/kubernetes: pkg/printers/internalversion: printPod). */
export const POD_COLUMNS: Columns = [
  NAME,
  {
    name: 'Ready',
    type: 'string',
    cell: (o) => `${readyContainers(o as Pod)}/${(o as Pod).spec.containers.length}`,
  },
  { name: 'Status', type: 'string', cell: (o) => podReason(o as Pod) },
  { name: 'Restarts', type: 'string', cell: (o, now) => restarts(o as Pod, now) },
  AGE,
  { name: 'IP', type: 'string', priority: 1, cell: (o) => (o as Pod).status?.podIP || '<none>' },
  { name: 'Node', type: 'string', priority: 1, cell: (o) => (o as Pod).spec.nodeName || '<none>' },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    cell: (o) => ((o as Pod).status?.nominatedNodeName as string) || '<none>',
  },
  { name: 'Readiness Gates', type: 'string', priority: 1, cell: () => '<none>' },
];

interface State {
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode?: number;
    readonly finishedAt?: string;
  };
  readonly running?: object;
}

const statuses = (pod: Pod): readonly ContainerStatus[] => pod.status?.containerStatuses ?? [];

function readyContainers(pod: Pod): number {
  return statuses(pod).filter(({ ready, state }) => ready && (state as State | undefined)?.running).length;
}

/** What the Status column says: the most telling reason of the pod or of its containers. */
function podReason(pod: Pod): string {
  const { phase = 'Pending', reason, conditions = [] } = pod.status ?? {};
  let text: string = reason || phase;
  if (conditions.some((c: Condition) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) {
    text = 'SchedulingGated';
  }
  for (const { state } of statuses(pod).toReversed()) {
    const { waiting, terminated } = (state ?? {}) as State;
    if (waiting?.reason) text = waiting.reason;
    else if (terminated) text = terminated.reason || `ExitCode:${terminated.exitCode ?? 0}`;
  }
  if (!pod.metadata.deletionTimestamp) return text;
  if (reason === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? text : 'Terminating';
}

function restarts(pod: Pod, now: number): string {
  let count = 0;
  let last = '';
  for (const { restartCount = 0, lastState } of statuses(pod)) {
    count += restartCount;
    const { finishedAt = '' } = (lastState as State | undefined)?.terminated ?? {};
    if (finishedAt > last) last = finishedAt;
  }
  return count > 0 && last !== '' ? `${count} (${age(last, now)} ago)` : String(count);
}
