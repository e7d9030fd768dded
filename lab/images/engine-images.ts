import { createHash } from 'node:crypto';
import { type DockerEngine, dockerOf, feedDocker } from '../docker/index.ts';
import type { Report } from '../setup/index.ts';
import { archiveEntries, type ImageSpec, imageArchive } from './archive/image-archive.ts';
import { ImageError } from './image-error.ts';

/** Our images' place in an engine; nothing is ever pulled from there. */
export const REPOSITORY = 'churnlab.dev';

/** A name for the image whose tag is made of its contents. */
export function nameOf(name: string, spec: ImageSpec): string {
  const hash = createHash('sha256');
  for (const entry of archiveEntries('x:y', spec)) if ('text' in entry) hash.update(String(entry.text));
  return `${REPOSITORY}/${name}:${hash.digest('hex').slice(0, 12)}`;
}

/**
 * Makes the image present in the engine and returns its reference.
 * @throws ImageError load-failed
 */
export async function loadImage(
  engine: DockerEngine,
  name: string,
  spec: ImageSpec,
  report: Report,
): Promise<string> {
  const reference = nameOf(name, spec);
  if (await hasImage(engine, reference)) return reference;
  report(`loading ${reference} into Docker`);
  const { ok, stderr } = await feedDocker(engine, ['load'], imageArchive(reference, spec));
  if (ok) return reference;
  throw new ImageError('load-failed', `load ${reference}: ${stderr.trim().split('\n').at(-1)}`, stderr);
}

export async function hasImage(engine: DockerEngine, reference: string): Promise<boolean> {
  return await dockerOf(engine)('image', 'inspect', reference).then(
    () => true,
    () => false,
  );
}

/**
 * Takes our tags out of the engine, but for those to keep and those that containers are of. What is then of no image is
 * gone from the disk; the layers in the user's cache stay.
 */
export async function removeImages(engine: DockerEngine, keep: readonly string[] = []): Promise<void> {
  const docker = dockerOf(engine);
  const { stdout } = await docker('images', '--format', '{{.Repository}}:{{.Tag}}');
  const ours = stdout.split('\n').filter((each) => each.startsWith(`${REPOSITORY}/`) && !keep.includes(each));
  for (const reference of ours) await docker('rmi', reference).nothrow();
}
