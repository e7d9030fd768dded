/** Labs on any substrate, for commands: brought up with what they need, opened by name, taken down. */
import { ensureDocker, stopDocker } from '../../lab/docker/index.ts';
import { removeImages } from '../../lab/images/index.ts';
import type { LabSpec, Substrate } from '../scenario/index.ts';
import {
  downKind,
  down as downNetns,
  isKind,
  KindLab,
  type Lab,
  LabDirectory,
  NetnsLab,
  upKind,
  up as upNetns,
} from '../substrate/index.ts';
import { prepare } from './prepare.ts';
import { type PrepareKindOptions, prepareKind } from './prepare-kind.ts';

export interface BringUpOptions extends PrepareKindOptions {
  /** The command, for messages. */
  readonly command: string;
  readonly substrate: Substrate;
  readonly spec: LabSpec;
  readonly progress: (step: string) => void;
}

/** The name of a lab that has none. */
export function defaultName(substrate: Substrate | undefined): string {
  return substrate === 'kind' ? 'kind' : 'default';
}

/** Prepares the machine and brings a lab up; a kind lab that fails leaves no daemon behind that it started. */
export async function bringUp(directory: LabDirectory, options: BringUpOptions): Promise<void> {
  const { command, substrate, spec, install, progress } = options;
  if (substrate !== 'kind') {
    await upNetns(directory, spec, await prepare(command, spec, install, progress));
    return;
  }
  try {
    await upKind(directory, spec, await prepareKind(command, spec, options, progress));
  } catch (error) {
    await stopDocker();
    throw error;
  }
}

/** The lab of this name, whatever its substrate. @throws LabError not-up */
export async function openLab(name: string): Promise<Lab> {
  return isKind(new LabDirectory(name)) ? await KindLab.open(name) : await NetnsLab.open(name);
}

/** Returns false when there was nothing to take down. A daemon of ours that runs nothing any more ends. */
export async function takeDown(directory: LabDirectory, progress: (step: string) => void): Promise<boolean> {
  if (!isKind(directory)) return await downNetns(directory, progress);
  const engine = await ensureDocker({ progress });
  const found = await downKind(directory, progress);
  // The user's own daemon is left without our tags; they are made again from the layers in the cache.
  if (!engine.private) await removeImages(engine);
  await stopDocker();
  return found;
}
