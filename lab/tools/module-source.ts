import { $ } from 'zx';
import { findGo, goEnv } from './go.ts';
import { locateTool } from './tool-cache.ts';
import { ToolError } from './tool-error.ts';

/**
 * The folder of the sources that a program of the manifest is built from, read-only, in Go's module cache.
 * @throws ToolError go-missing, go-too-old, build-failed
 */
export async function moduleSource(name: string): Promise<string> {
  const { module } = locateTool(name);
  const title = `${module.module}@v${module.version}`;
  const go = await findGo(title, module.go);
  const { exitCode, stdout, stderr } = await $({
    quiet: true,
    nothrow: true,
    env: goEnv(),
    cwd: '/',
  })`${go} mod download -json ${title}`;
  if (exitCode === 0) return (JSON.parse(stdout) as { Dir: string }).Dir;
  throw new ToolError('build-failed', `download ${title}: ${stderr.trim().split('\n')[0]}`, stderr);
}
