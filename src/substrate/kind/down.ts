import type { Progress } from '../lab.ts';
import { type LabDirectory, LabLock } from '../netns/index.ts';
import { entries, undo } from './journal.ts';
import { readRecord } from './kind-record.ts';

/**
 * Takes a kind lab down, whatever state it is in: containers, fence, network, directory. Returns false when there was
 * nothing to take down. The Docker daemon is not touched.
 * @throws LabError busy; step-failed when the Docker daemon does not answer
 */
export async function downKind(lab: LabDirectory, progress: Progress): Promise<boolean> {
  using _ = LabLock.take(lab);
  const found = readRecord(lab) !== undefined || entries(lab).length > 0;
  if (found) progress('removing the cluster, its network and its fence');
  await undo(lab);
  lab.remove();
  return found;
}

/** Whether a kind lab is here, or what is left of one. */
export function isKind(lab: LabDirectory): boolean {
  return readRecord(lab) !== undefined || entries(lab).length > 0;
}
