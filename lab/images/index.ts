/** Container images of the kind lab, built here where they cannot be pulled and kept by content in the user's cache. */
import type { DockerEngine } from '../docker/index.ts';
import type { Report } from '../setup/index.ts';
import type { ImageSpec } from './archive/image-archive.ts';
import { churnlabImage } from './churnlab-image.ts';
import { loadImage } from './engine-images.ts';
import { nodeImage } from './node/node-image.ts';
import { k6Image, responderImage } from './traffic-images.ts';

export { ImageError, type ImageErrorCode } from './image-error.ts';
export { builtImagePatches as kubeadmConfigPatches } from './node/kubeadm-patches.ts';

/**
 * `node` is kind's node image; `churnlab` runs our agent, operator and installer; `k6` and `responder` run in pods.
 */
export type ImageName = 'node' | 'churnlab' | 'k6' | 'responder';

export interface EnsureImagesOptions<Name extends ImageName> {
  readonly which: readonly Name[];
  /** Told in one line what is about to take time, and how long it took. */
  readonly progress: Report;
  /** `auto` pulls `kindest/node` where that can be had and builds otherwise; `build` never pulls. Default auto. */
  readonly nodeImage?: 'auto' | 'build';
}

const IMAGES: Readonly<Record<ImageName, (report: Report) => Promise<ImageSpec>>> = {
  node: nodeImage,
  churnlab: churnlabImage,
  k6: k6Image,
  responder: responderImage,
};

/**
 * Image references in the engine, by name: present when this resolves. Tags are made of contents.
 * @throws ImageError, ToolError, SetupError
 */
export async function ensureImages<Name extends ImageName>(
  engine: DockerEngine,
  { which, progress }: EnsureImagesOptions<Name>,
): Promise<Readonly<Record<Name, string>>> {
  const images: Partial<Record<Name, string>> = {};
  for (const name of which)
    images[name] = await loadImage(engine, name, await IMAGES[name](progress), progress);
  return images as Record<Name, string>;
}
