import { ensureDocker } from '../../lab/docker/index.ts';
import { ensureImages } from '../../lab/images/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { KindLab, KubeconfigLab, type Lab } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';

/**
 * Where k6 can run in pods of a lab, its image: loaded into a kind lab's nodes; of a cluster elsewhere the one that was
 * named, without which k6 runs here and has pods dial. @throws DockerError, ImageError, ToolError, LabError step-failed
 */
export async function withScriptImage(
  lab: Lab,
  programs: TrafficPrograms | undefined,
  progress: (step: string) => void,
): Promise<TrafficPrograms | undefined> {
  if (programs?.k6 === undefined) return programs;
  const k6Image = await imageOn(lab, progress);
  return k6Image === undefined ? programs : { ...programs, k6Image };
}

async function imageOn(lab: Lab, progress: (step: string) => void): Promise<string | undefined> {
  if (lab instanceof KubeconfigLab) return lab.record.images.k6;
  if (!(lab instanceof KindLab)) return undefined;
  const engine = await ensureDocker({ progress });
  const { k6 } = await ensureImages(engine, { which: ['k6'], progress });
  progress('loading k6 into the nodes');
  await lab.load(await ensureTool('kind', { onProgress: progress }), k6);
  return k6;
}
