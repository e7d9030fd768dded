import { type DockerEngine, dockerOf } from '../../lab/docker/index.ts';
import { isAlive } from './test-process.ts';

/** On everything that a test makes in an engine: the process that made it. */
export const OWNER_LABEL = 'churnlab.dev/test-process';

/**
 * Removes containers and networks of test runs that have ended without doing so, killed ones among them. Those of runs
 * that go on are left alone. Returns the names of what is gone.
 */
export async function sweep(engine: DockerEngine): Promise<string[]> {
  const docker = dockerOf(engine);
  const gone: string[] = [];
  for (const kind of ['container', 'network'] as const) {
    const [all, remove] = kind === 'container' ? [['--all'], ['--force', '--volumes']] : [[], []];
    const format = `{{.ID}} {{.Label "${OWNER_LABEL}"}}`;
    const { stdout } = await docker(
      kind,
      'ls',
      ...all,
      '--filter',
      `label=${OWNER_LABEL}`,
      '--format',
      format,
    );
    for (const line of stdout.split('\n').filter(Boolean)) {
      const [id = '', owner = ''] = line.split(' ');
      if (isAlive(owner)) continue;
      // Another run may sweep at the same time.
      await docker(kind, 'rm', ...remove, id).nothrow();
      gone.push(id);
    }
  }
  return gone;
}
