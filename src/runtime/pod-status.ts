/** The status that a kubelet would write (pkg/kubelet/status), for pods whose only container is their network. */
import type { ContainerStatus, Pod, PodStatus } from '../kube/index.ts';
import { condition, timestamp } from './condition.ts';

const SCHEDULED = 'PodScheduled';

/** A pod whose sandbox is up: it runs and is ready. */
export function runningStatus(pod: Pod, nodeIps: readonly string[], podIps: readonly string[]): PodStatus {
  const now = timestamp();
  return {
    phase: 'Running',
    hostIP: nodeIps[0]!,
    hostIPs: nodeIps.map((ip) => ({ ip })),
    podIP: podIps[0]!,
    podIPs: podIps.map((ip) => ({ ip })),
    startTime: now,
    conditions: [
      ...scheduled(pod),
      condition('PodReadyToStartContainers', 'True', now),
      condition('Initialized', 'True', now),
      condition('Ready', 'True', now),
      condition('ContainersReady', 'True', now),
    ],
    containerStatuses: pod.spec.containers.map(
      (container): ContainerStatus => ({
        name: container.name,
        image: container.image ?? '',
        imageID: '',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: now } },
        lastState: {},
      }),
    ),
  };
}

/** A pod whose sandbox could not be made yet. */
export function waitingStatus(pod: Pod, nodeIps: readonly string[], message: string): PodStatus {
  const now = timestamp();
  return {
    phase: 'Pending',
    hostIP: nodeIps[0]!,
    startTime: now,
    conditions: [
      ...scheduled(pod),
      condition('PodReadyToStartContainers', 'False', now, 'FailedCreatePodSandBox', message),
      condition('Ready', 'False', now, 'ContainersNotReady'),
    ],
  };
}

/** A merge patch replaces the whole list, so the scheduler's condition has to be in it. */
function scheduled(pod: Pod) {
  return (pod.status?.conditions ?? []).filter(({ type }) => type === SCHEDULED);
}
