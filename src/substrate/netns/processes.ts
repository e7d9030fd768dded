/** The lab's own long-running programs: how each is started under the supervisor. */
import path from 'node:path';
import type { NamespaceDaemon } from '../../kernel/index.ts';
import type { LabDirectory } from './lab-directory.ts';

/** Where programs that are not ours find others. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const SRC = path.resolve(import.meta.dirname, '../..');

/** Where each program's TypeScript begins. */
const ENTRY = {
  'control-plane': 'substrate/netns/control-plane/main.ts',
  operator: 'operator/main.ts',
  provider: 'operator/provider/main.ts',
  agent: 'agent/main.ts',
  runtime: 'runtime/main.ts',
} as const;

export type Program = keyof typeof ENTRY;

/** Young-generation size in MB: larger than Node's default, so that a burst of pods is not copied twice. */
const SEMI_SPACE_MB = 16;

/** What others rely on is in their memory: new ones would know nothing of the nodes and their CIDRs. */
const LIVES_ONCE: readonly Program[] = ['control-plane', 'provider'];

/** Starts one program and keeps it running. `name` tells instances of a program apart. */
export async function startProcess(
  lab: LabDirectory,
  supervisor: NamespaceDaemon,
  program: Program,
  name: string,
  args: readonly string[],
): Promise<number> {
  return supervisor.start({
    name,
    argv: [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      `--max-semi-space-size=${SEMI_SPACE_MB}`,
      // Helper threads for the collector would only take cores from the lab's other processes.
      '--single-threaded-gc',
      path.join(SRC, ENTRY[program]),
      ...args,
    ],
    env: {
      PATH: SYSTEM_PATH,
      HOME: process.env.HOME ?? '/',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      // For profiles: CHURNLAB_NODE_OPTIONS=--cpu-prof writes one per process when the lab goes down.
      NODE_OPTIONS: process.env.CHURNLAB_NODE_OPTIONS ?? '',
    },
    log: lab.log(name),
    restart: !LIVES_ONCE.includes(program),
  });
}
