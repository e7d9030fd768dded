/** kind's published node images, with one layer on top that keeps them from writing the machine's settings. */
import { createHash } from 'node:crypto';
import { type DockerEngine, dockerOf, feedDocker } from '../../docker/index.ts';
import type { Report } from '../../setup/index.ts';
import { tar } from '../archive/tar.ts';
import { hasImage, REPOSITORY } from '../engine-images.ts';
import { ImageError } from '../image-error.ts';
import { COVER, ENTRYPOINT } from './machine-sysctls.ts';

/** Time for a pull: of 400 MB, or to find out that nobody answers. */
const PATIENCE = '10m';

/**
 * The image that was pulled, covered; undefined where it cannot be pulled, which is said.
 * @throws ImageError load-failed
 */
export async function pulledImage(
  engine: DockerEngine,
  published: string,
  report: Report,
): Promise<string | undefined> {
  const reference = coveredName(published);
  if (await hasImage(engine, reference)) return reference;
  report(`pulling ${published.split('@')[0]}`);
  const pull = dockerOf(engine)('pull', '--quiet', published).timeout(PATIENCE);
  const reason = await pull.then(
    () => undefined,
    (error: Error & { stderr?: string }) => error.stderr?.trim() || error.message,
  );
  if (reason === undefined) return await coverImage(engine, published, reference);
  report(`it cannot be pulled (${reason.split('\n').at(-1)}), so it is built`);
  return undefined;
}

/** Such as `churnlab.dev/node:v1.34.11-0123456789ab`. */
export function coveredName(published: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([published, COVER, ENTRYPOINT]))
    .digest('hex');
  const version = /:([^@]+)/.exec(published)?.[1] ?? 'pulled';
  return `${REPOSITORY}/node:${version}-${hash.slice(0, 12)}`;
}

/** Puts the cover in front of an image that the engine has. @throws ImageError load-failed */
export async function coverImage(engine: DockerEngine, base: string, reference: string): Promise<string> {
  const recipe = `FROM ${base}
COPY ${COVER.path} /${COVER.path}
ENTRYPOINT ${JSON.stringify(ENTRYPOINT)}
`;
  const context = tar([{ path: 'Dockerfile', mode: 0o644, text: recipe }, COVER]);
  const { ok, stderr } = await feedDocker(engine, ['build', '--quiet', '--tag', reference, '-'], context);
  if (ok) return reference;
  throw new ImageError('load-failed', `cover ${base}: ${stderr.trim().split('\n').at(-1)}`, stderr);
}
