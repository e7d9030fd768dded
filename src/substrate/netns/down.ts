import { NamespaceDaemon } from '../../kernel/index.ts';
import type { Progress } from '../lab.ts';
import { removeCgroup } from './cgroup.ts';
import { entries, undo } from './journal.ts';
import type { LabDirectory } from './lab-directory.ts';
import { LabLock } from './lab-lock.ts';

/**
 * Takes a lab down, whatever state it is in. Returns false when there was nothing to take down.
 * @throws LabError busy, left-behind
 */
export async function down(lab: LabDirectory, progress: Progress): Promise<boolean> {
  using _ = LabLock.take(lab);
  const record = lab.read();
  const left = entries(lab);
  if (!record && left.length === 0) {
    lab.remove();
    return false;
  }
  progress('stopping the processes');
  try {
    using supervisor = await NamespaceDaemon.connect(lab.daemon('supervisor'));
    await supervisor.shutdown();
  } catch {
    // It was killed: the cgroup has whatever is left.
  }
  progress('removing namespaces and cgroups');
  if (record) await removeCgroup(record.cgroup);
  await undo(lab);
  lab.remove();
  return true;
}
