import { setTimeout as sleep } from 'node:timers/promises';
import { DAEMON_SETS, type KubeClient, type KubeObject } from '../kube/index.ts';

interface DaemonSet extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
  };
}

/** Longest wait, in ms: images may have to be pulled. */
const READY_MS = 120_000;
const LOOK_MS = 1000;

/**
 * Waits until a DaemonSet has a ready pod on each of its nodes.
 * @param say told of each look in a line
 * @throws Error after 120 s
 */
export async function untilReady(
  client: KubeClient,
  {
    namespace,
    name,
    say,
  }: { readonly namespace: string; readonly name: string; readonly say: (line: string) => void },
): Promise<void> {
  const end = performance.now() + READY_MS;
  for (;;) {
    const { metadata, status = {} } = await client.get<DaemonSet>(DAEMON_SETS, name, namespace);
    const { observedGeneration, desiredNumberScheduled = 0, numberReady = 0 } = status;
    const isSeen = observedGeneration === metadata.generation;
    if (isSeen && numberReady >= desiredNumberScheduled) return;
    const line = `${name}: ${numberReady} of ${isSeen ? desiredNumberScheduled : '?'} pods are ready`;
    if (performance.now() > end) throw new Error(`${line} after ${READY_MS / 1000} s`);
    say(line);
    await sleep(LOOK_MS);
  }
}
