/**
 * `--in-container`: the same command in a privileged container, for those who are not root and have Docker. The
 * container stays up, so that its labs do, until the last of them is taken down.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../lab/setup/index.ts';
import { containerArguments, isLabDown } from './in-container/container-arguments.ts';

export { wantsContainer } from './in-container/container-arguments.ts';

/**
 * Runs `churnlab ARGS` in this clone's container and resolves to its exit code.
 * @throws ContainerError
 */
export async function runInContainer(args: readonly string[]): Promise<number> {
  // Docker's client takes a third of a second to load: only those who ask for it wait.
  const { INNER_STATE, startContainer } = await import('./in-container/container.ts');
  const { execInside } = await import('./in-container/exec.ts');
  const container = await startContainer((line) => process.stderr.write(`churnlab: ${line}\n`));
  const node = path.join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  const command = [node, path.join(ROOT, 'src/cli/main.ts'), ...containerArguments(args)];
  const code = await execInside(container, { command, cwd: insideRepository(process.cwd()) });
  if (code === 0 && isLabDown(args) && !hasLabs(INNER_STATE)) await container.remove({ force: true });
  return code;
}

/** Where the command runs inside: the same folder, if the container has it. */
function insideRepository(folder: string): string {
  return path.relative(ROOT, folder).startsWith('..') ? ROOT : folder;
}

/** Whether a folder of labs holds one that is up. */
export function hasLabs(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => existsSync(path.join(folder, name, 'lab.json')));
}
