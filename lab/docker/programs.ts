/**
 * The daemon's programs: the machine's own, or those of the distribution's packages, downloaded, unpacked into the
 * user's cache and never installed (installing would start a daemon that changes forwarding and filters).
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, findProgram, type Report } from '../setup/index.ts';
import { DockerError } from './docker-error.ts';

const run = promisify(execFile);

/** Debian's names; Ubuntu has the same. */
const PACKAGES = ['docker.io', 'containerd', 'runc'];
const NEEDED = ['docker', 'dockerd', 'containerd', 'runc'];

/**
 * Folders with the programs above, to be put in front of PATH; none where the machine has them all.
 * @throws DockerError no-docker
 */
export async function ensureDockerPrograms(report: Report): Promise<readonly string[]> {
  if (NEEDED.every((name) => findProgram(name) !== undefined)) return [];
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) {
    throw new DockerError(
      'no-docker',
      'Docker is not here: install it (https://docs.docker.com/engine/install/)',
    );
  }
  const folder = path.join(cacheDirectory(), 'docker-packages', await versions());
  if (!existsSync(folder)) await unpack(folder, report);
  return [path.join(folder, 'usr/bin'), path.join(folder, 'usr/sbin')];
}

/** Such as `docker.io_20.10.24+dfsg1-1`: a newer package is a new folder. */
async function versions(): Promise<string> {
  const { stdout } = await run('apt-cache', ['policy', PACKAGES[0]!]);
  const version = /Candidate: (?!\(none\))(\S+)/.exec(stdout)?.[1];
  if (version === undefined) {
    throw new DockerError(
      'no-docker',
      `Docker is not here, nor does apt know ${PACKAGES[0]} (apt-get update?): install it (https://docs.docker.com/engine/install/)`,
    );
  }
  return `${PACKAGES[0]}_${version.replaceAll(/[^\w.+-]/g, '-')}`;
}

async function unpack(folder: string, report: Report): Promise<void> {
  report(`downloading Docker (${PACKAGES.join(', ')}; about 65 MB, once, installed nowhere)`);
  const store = path.dirname(folder);
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(path.join(store, '.unpack-'));
  try {
    // As the user that runs this: apt's own would not be let into a cache folder.
    await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', ...PACKAGES], { cwd: work });
    const root = path.join(work, 'root');
    for (const file of readdirSync(work)) await run('dpkg-deb', ['-x', path.join(work, file), root]);
    renameSync(root, folder);
  } catch (cause) {
    if (existsSync(folder)) return; // Somebody else was quicker.
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    throw new DockerError('no-docker', `download Docker: ${stderr.trim().split('\n')[0] || message}`, stderr);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
