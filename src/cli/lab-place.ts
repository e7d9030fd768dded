/** Labs on any substrate, for commands: brought up with what they need, opened by name, taken down. */
import { ensureDocker, stopDocker } from '../../lab/docker/index.ts';
import { removeImages } from '../../lab/images/index.ts';
import type { LabSpec, Substrate } from '../scenario/index.ts';
import {
  detach,
  downKind,
  down as downNetns,
  isKind,
  isKubeconfig,
  KindLab,
  KubeconfigLab,
  type Lab,
  LabDirectory,
  LabError,
  NetnsLab,
  upKind,
  up as upNetns,
} from '../substrate/index.ts';
import { type AttachRequest, attachCluster } from './attach-cluster.ts';
import { requireKernelFor } from './machine-services.ts';
import { prepare } from './prepare.ts';
import { type PrepareKindOptions, prepareKind } from './prepare-kind.ts';

export interface BringUpOptions extends PrepareKindOptions {
  /** The command, for messages. */
  readonly command: string;
  readonly substrate: Substrate;
  readonly spec: LabSpec;
  /** Of substrate kubeconfig. */
  readonly cluster?: AttachRequest;
  readonly progress: (step: string) => void;
}

/** The name of a lab that has none. */
export function defaultName(substrate: Substrate | undefined): string {
  if (substrate === 'kubeconfig') return 'cluster';
  return substrate === 'kind' ? 'kind' : 'default';
}

/** Where a lab is that has been brought up; undefined for one that is not, or is on netns. */
export function substrateOf(name: string): Substrate | undefined {
  const directory = new LabDirectory(name);
  if (isKubeconfig(directory)) return 'kubeconfig';
  return isKind(directory) ? 'kind' : undefined;
}

/** Prepares the machine and brings a lab up; a kind lab that fails leaves no daemon behind that it started. */
export async function bringUp(directory: LabDirectory, options: BringUpOptions): Promise<void> {
  const { command, substrate, spec, install, progress, cluster } = options;
  const there = substrateOf(directory.name);
  if (there !== undefined && there !== substrate) {
    throw new LabError('already-up', `Lab ${directory.name} is up on ${there}: use another --name`);
  }
  requireKernelFor(spec.services, substrate);
  if (substrate === 'kubeconfig') {
    await attachCluster(directory, spec, cluster!, progress);
    return;
  }
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
  const substrate = substrateOf(name);
  if (substrate === 'kubeconfig') return await KubeconfigLab.open(name);
  return substrate === 'kind' ? await KindLab.open(name) : await NetnsLab.open(name);
}

/** Returns false when there was nothing to take down. A daemon of ours that runs nothing any more ends. */
export async function takeDown(directory: LabDirectory, progress: (step: string) => void): Promise<boolean> {
  if (isKubeconfig(directory)) return await detach(directory, progress);
  if (!isKind(directory)) return await downNetns(directory, progress);
  const engine = await ensureDocker({ progress });
  const found = await downKind(directory, progress);
  // The user's own daemon is left without our tags; they are made again from the layers in the cache.
  if (!engine.private) await removeImages(engine);
  await stopDocker();
  return found;
}
