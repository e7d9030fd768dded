import { EVENTS, type KubeClient, type Pod } from '../kube/index.ts';

/** Tells people about a pod's trouble. */
export type ReportEvent = (pod: Pod, reason: string, message: string) => void;

const WINDOW_MS = 10_000;
/** Events a node may write in a window: an exhausted pool fails many pods at once, and the API is measured too. */
const PER_WINDOW = 20;

/** Writes warning events, a few per window; what is over is counted in the last one that is let through. */
export function eventReporter(client: KubeClient, node: string): ReportEvent {
  let windowEnd = 0;
  let written = 0;
  return (pod, reason, message) => {
    const now = Date.now();
    if (now >= windowEnd) {
      windowEnd = now + WINDOW_MS;
      written = 0;
    }
    if (++written > PER_WINDOW) return;
    const time = new Date(now).toISOString().replace(/\.\d+Z/, 'Z');
    const { name, namespace, uid } = pod.metadata;
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace: namespace! },
      involvedObject: { kind: 'Pod', apiVersion: 'v1', name, namespace, uid },
      reason,
      message,
      type: 'Warning',
      source: { component: 'churnlab-runtime', host: node },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
    // An event is a help, not a promise: the API may be away just now.
    client.create(EVENTS, event).catch(() => {});
  };
}
