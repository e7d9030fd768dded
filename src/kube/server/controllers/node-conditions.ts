import type { Condition, Node, Taint } from '../../index.ts';

const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN_TAINTS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE]);

export function readyOf(node: Node): Condition | undefined {
  return node.status?.conditions?.find(({ type }) => type === 'Ready');
}

/** What a node's conditions become when it was not heard of for too long. */
export function unknownConditions(node: Node, now: string): Condition[] {
  const current = new Map((node.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  return REPORTED.flatMap((type) => {
    const before = current.get(type);
    if (before?.status === 'Unknown') return [];
    const said = before
      ? { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
      : { reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' };
    const { creationTimestamp } = node.metadata;
    const heartbeat = before?.lastHeartbeatTime ?? creationTimestamp ?? now;
    return [
      { type, status: 'Unknown' as const, ...said, lastHeartbeatTime: heartbeat, lastTransitionTime: now },
    ];
  });
}

/** The taints that a node should have: those of others as they are, ours by its condition and its spec. */
export function desiredTaints(node: Node, now: string): Taint[] {
  const present = node.spec?.taints ?? [];
  const status = readyOf(node)?.status;
  const key = status === 'Unknown' ? UNREACHABLE : status === 'False' ? NOT_READY : undefined;
  const wanted: Taint[] = [];
  if (node.spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  if (key !== undefined) wanted.push({ key, effect: 'NoSchedule' }, { key, effect: 'NoExecute' });
  const foreign = present.filter((taint) => !OWN_TAINTS.has(taint.key));
  const same = (taint: Taint) =>
    present.find(({ key, effect }) => key === taint.key && effect === taint.effect);
  return [...foreign, ...wanted.map((taint) => same(taint) ?? { ...taint, timeAdded: now })];
}

export function sameTaints(a: readonly Taint[], b: readonly Taint[]): boolean {
  const text = ({ key, value = '', effect }: Taint) => `${key}=${value}:${effect}`;
  return a.length === b.length && new Set([...a, ...b].map(text)).size === a.length;
}
