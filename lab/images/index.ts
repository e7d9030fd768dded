/** Container images of the kind lab, built here where they cannot be pulled and kept by content in the user's cache. */
import { canRaiseLimits, type DockerEngine, dockerOf } from '../docker/index.ts';
import type { Report } from '../setup/index.ts';
import { ensureTool } from '../tools/index.ts';
import type { ImageSpec } from './archive/image-archive.ts';
import { churnlabImage } from './churnlab-image.ts';
import { loadImage } from './engine-images.ts';
import { flannelImage } from './flannel-image.ts';
import { cgroupVersion, kubeadmPatches } from './node/kubeadm-patches.ts';
import { buildableVersion, nodeImage } from './node/node-image.ts';
import { publishedImage } from './node/published-images.ts';
import { pulledImage } from './node/pulled-image.ts';
import { programImage } from './program-image.ts';
import { k6Image, responderImage } from './traffic-images.ts';

export { removeImages } from './engine-images.ts';
export { ImageError, type ImageErrorCode } from './image-error.ts';

/**
 * `node` is kind's node image; `churnlab` runs our agent, operator and installer; `k6` and `responder` run in pods;
 * `flanneld` is network flannel's.
 */
export type ImageName = 'node' | 'churnlab' | 'k6' | 'responder' | 'flanneld';
export const IMAGE_NAMES = [
  'node',
  'churnlab',
  'k6',
  'responder',
  'flanneld',
] as const satisfies readonly ImageName[];

export interface EnsureImagesOptions<Name extends ImageName> {
  readonly which: readonly Name[];
  /** Told in one line what is about to take time. */
  readonly progress: Report;
  /** `auto` pulls `kindest/node` where that can be had and builds otherwise; `build` never pulls. Default auto. */
  readonly nodeImage?: 'auto' | 'build';
  /** Minor version of Kubernetes on the nodes. Default: the one that is built. */
  readonly kubernetes?: string;
}

const BUILT: Readonly<Record<Exclude<ImageName, 'node'>, (report: Report) => Promise<ImageSpec>>> = {
  churnlab: churnlabImage,
  k6: k6Image,
  responder: responderImage,
  flanneld: flannelImage,
};

/**
 * Image references in the engine, by name: present when this resolves. Tags are made of contents.
 * @throws ImageError, ToolError, SetupError
 */
export async function ensureImages<Name extends ImageName>(
  engine: DockerEngine,
  options: EnsureImagesOptions<Name>,
): Promise<Readonly<Record<Name, string>>> {
  const images: Partial<Record<ImageName, string>> = {};
  for (const name of options.which as readonly ImageName[]) {
    images[name] =
      name === 'node'
        ? await ensureNodeImage(engine, options)
        : await loadImage(engine, name, await BUILT[name](options.progress), options.progress);
  }
  return images as Record<Name, string>;
}

/**
 * An image of one program that is built from Go modules, present when this resolves: a server that a test needs.
 * @param tool its name in the manifest of tools
 * @throws ImageError, ToolError
 */
export async function ensureProgramImage(
  engine: DockerEngine,
  tool: string,
  progress: Report,
): Promise<string> {
  const spec = await programImage(tool, await ensureTool(tool, { onProgress: progress }));
  return await loadImage(engine, tool, spec, progress);
}

async function ensureNodeImage(
  engine: DockerEngine,
  { nodeImage: from = 'auto', kubernetes = buildableVersion(), progress }: EnsureImagesOptions<ImageName>,
): Promise<string> {
  const published = publishedImage(kubernetes);
  // A published image's runc asks for what such a machine cannot give.
  const pulled =
    from === 'auto' && canRaiseLimits() ? await pulledImage(engine, published, progress) : undefined;
  return pulled ?? (await loadImage(engine, 'node', await nodeImage(kubernetes, progress), progress));
}

/**
 * Patches that kind's configuration needs for this node image on this machine (`kubeadmConfigPatches`), as YAML.
 *
 * @param image one of {@link ensureImages}
 */
export async function kubeadmConfigPatches(engine: DockerEngine, image: string): Promise<string[]> {
  const { stdout } = await dockerOf(engine)('image', 'inspect', '--format', '{{json .Config.Labels}}', image);
  const labels = (JSON.parse(stdout) ?? {}) as Readonly<Record<string, string>>;
  return kubeadmPatches({
    coredns: labels['churnlab.dev/coredns'],
    kubernetes: /:v(\d+\.\d+)/.exec(image)?.[1] ?? buildableVersion(),
    limited: !canRaiseLimits(),
    cgroupVersion: cgroupVersion(),
  });
}
