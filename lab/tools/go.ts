import { existsSync } from 'node:fs';
import { $ } from 'zx';
import { ToolError } from './tool-error.ts';

/**
 * The Go command, new enough for a module.
 * @throws ToolError go-missing, go-too-old
 */
export async function findGo(what: string, atLeast: string): Promise<string> {
  const need = `${what} is built from source, which needs Go ${atLeast} or later (https://go.dev/doc/install)`;
  let seen: string | undefined;
  for (const go of ['go', '/usr/local/go/bin/go']) {
    if (go.startsWith('/') && !existsSync(go)) continue;
    const { exitCode, stdout } = await $({ quiet: true, nothrow: true, env: goEnv() })`${go} env GOVERSION`;
    if (exitCode !== 0) continue;
    seen ??= stdout.trim();
    if (isAtLeast(stdout.trim().replace(/^go/, ''), atLeast)) return go;
  }
  if (seen === undefined) throw new ToolError('go-missing', `${need}: no go command was found`);
  throw new ToolError('go-too-old', `${need}: found ${seen}`);
}

/** Programs without shared libraries unless they hold C, the same bytes from the same sources, no other toolchain fetched behind the user's back. */
export function goEnv(cgo = false): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: cgo ? '1' : '0', GOTOOLCHAIN: 'local', GOWORK: 'off' };
}

/** Compares versions like 1.24.2 and 1.25rc1 by their numbers. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, want] = [version, minimum].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (const [index, number] of (want ?? []).entries()) {
    const difference = (have?.[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
