import { LabError } from '../lab-error.ts';
import type { LabDirectory } from '../netns/index.ts';
import { kind } from './engine.ts';
import { readRecord } from './kind-record.ts';

/**
 * Collects the logs of all nodes and pods in a folder, as kind does it. Returns what of it failed, empty when nothing.
 * @throws LabError not-up
 */
export async function exportLogs(lab: LabDirectory, program: string, folder: string): Promise<string> {
  const record = readRecord(lab);
  if (!record) throw new LabError('not-up', `Lab ${lab.name} is not up on kind`);
  try {
    await kind(program, record.engine, ['export', 'logs', folder, '--name', record.cluster]);
    return '';
  } catch (error) {
    // A node image without crictl has all but the list of images.
    if (error instanceof LabError && error.code === 'step-failed') return error.message;
    throw error;
  }
}
