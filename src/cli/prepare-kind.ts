import path from 'node:path';
import { ensureDocker } from '../../lab/docker/index.ts';
import { ensureImages, type ImageName, kubeadmConfigPatches } from '../../lab/images/index.ts';
import { requireRoot, setUp } from '../../lab/setup/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { networkOf } from '../networks/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { checkKindSpec, type KindUpOptions } from '../substrate/index.ts';

const CHART = path.resolve(import.meta.dirname, '../../charts/churnlab');

export interface PrepareKindOptions {
  /** Install what is missing of system packages. */
  readonly install: boolean;
  /** `build`: the node image is built here even where one can be pulled. */
  readonly nodeImage?: 'build' | undefined;
  /** Minor version of Kubernetes. */
  readonly kubernetes?: string | undefined;
  /** Leave a cluster that did not come up for a look. */
  readonly retain?: boolean | undefined;
}

/**
 * Everything a kind lab needs: a Docker daemon that answers, images in it, kind and Helm. What is missing is built.
 * @throws LabError bad-spec; DockerError, ImageError, ToolError, SetupError
 */
export async function prepareKind(
  command: string,
  spec: LabSpec,
  { install, nodeImage, kubernetes, retain = false }: PrepareKindOptions,
  progress: (step: string) => void,
): Promise<KindUpOptions> {
  checkKindSpec(spec);
  // Nodes are looked into through their processes, and the fence is a rule of the machine.
  requireRoot(command);
  await setUp({ substrate: 'kind', install, report: progress });
  const engine = await ensureDocker({ progress });
  const { onKind } = networkOf(spec);
  const isOurs = onKind?.by === 'chart';
  const program: ImageName | undefined = isOurs
    ? 'churnlab'
    : onKind?.by === 'conflist'
      ? onKind.manifest?.image
      : undefined;
  const images = await ensureImages<ImageName>(engine, {
    which: ['node', 'responder', ...(program === undefined ? [] : [program])],
    progress,
    ...(nodeImage && { nodeImage }),
    ...(kubernetes !== undefined && { kubernetes }),
  });
  const needsHelm = isOurs || (onKind?.by === 'source' && onKind.source.kind === 'chart');
  const kind = await ensureTool('kind', { onProgress: progress });
  const plugins: Record<string, string> = {};
  for (const name of onKind?.by === 'conflist' ? onKind.plugins : []) {
    plugins[name] = await ensureTool(name, { onProgress: progress });
  }
  return {
    engine: { host: engine.host, environment: engine.environment },
    images: {
      node: images.node,
      responder: images.responder,
      ...(program !== undefined && { network: images[program] }),
    },
    plugins,
    archives: spec.imageArchives ?? [],
    programs: { kind, ...(needsHelm && { helm: await ensureTool('helm', { onProgress: progress }) }) },
    chart: CHART,
    patches: await kubeadmConfigPatches(engine, images.node),
    retain,
    progress,
  };
}
