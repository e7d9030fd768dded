import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Report, ROOT, SYSTEM_PACKAGES } from '../../../lab/setup/index.ts';
import { ContainerError } from './container-error.ts';

// The reaper would take the container away when this command ends; it is to stay up until `lab down`.
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');

/** Docker's own handle of a container, by which commands run inside. */
export type LabContainer = Awaited<ReturnType<typeof startContainer>>;

/** State of labs inside: process ids there mean nothing outside, so that the two kinds of labs lie apart. */
export const INNER_STATE = path.join(ROOT, '.lab', '.container');

const CONTEXT = path.join(ROOT, 'lab', 'container');
const packages = [
  ...new Set(
    SYSTEM_PACKAGES.filter(({ neededBy }) => neededBy.includes('netns')).map(({ names }) => names.apt),
  ),
].join(' ');

/** A name that tells clones apart, and images by what they are made of. */
export function imageName(dockerfile = readFileSync(path.join(CONTEXT, 'Dockerfile'), 'utf8')): string {
  return `churnlab:${createHash('sha256').update(dockerfile).update(packages).digest('hex').slice(0, 12)}`;
}

export function containerName(root = ROOT): string {
  return `churnlab-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/**
 * Starts this clone's container, or finds the one that runs. The first time the image is built.
 * @throws ContainerError
 */
export async function startContainer(report: Report, connect = getContainerRuntimeClient) {
  const client = await connect().catch((error) => {
    throw new ContainerError(
      'no-docker',
      '--in-container needs Docker (https://docs.docker.com/engine/install/)',
      error,
    );
  });
  const image = await findOrBuildImage(report);
  for (const folder of [INNER_STATE, path.join(ROOT, 'results')]) mkdirSync(folder, { recursive: true });
  const started = await image
    .withName(containerName())
    .withLabels({ 'churnlab.dev/root': ROOT })
    .withPrivilegedMode()
    .withWorkingDir(ROOT)
    .withBindMounts([
      { source: ROOT, target: ROOT, mode: 'rw' },
      { source: INNER_STATE, target: path.join(ROOT, '.lab'), mode: 'rw' },
    ])
    .withReuse()
    .start()
    .catch((error) => {
      throw new ContainerError('start-failed', 'start the container', error);
    });
  return client.container.getById(started.getId());
}

async function findOrBuildImage(report: Report) {
  const name = imageName();
  const [repository = '', tag = ''] = name.split(':');
  const client = await getContainerRuntimeClient();
  const images = await client.container.dockerode.listImages({
    filters: { reference: [`${repository}:${tag}`] },
  });
  if (images.length > 0) return new GenericContainer(name);
  report(`building the container image ${name} (a minute, once)`);
  return await GenericContainer.fromDockerfile(CONTEXT)
    .withBuildArgs({ PACKAGES: packages })
    .build(name, { deleteOnExit: false })
    .catch((error) => {
      throw new ContainerError('image-failed', `build the container image ${name}`, error);
    });
}
