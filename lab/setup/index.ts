/** Everything that must be there before a lab: system packages and compiled programs, cached and announced. */
import { aptInstall } from './apt.ts';
import { buildNative } from './native.ts';
import { findPackageManager, installLine, missingPackages, packageNames } from './package-manager.ts';
import { type Report, silent } from './report.ts';
import { SetupError } from './setup-error.ts';
import type { Need } from './system-packages.ts';

export { cacheDirectory, ROOT } from '../bootstrap.mjs';
export { findProgram } from './find-program.ts';
export { ensureNative, type NativeOptions } from './native.ts';
export { findPackageManager, installLine, missingPackages } from './package-manager.ts';
export type { Report } from './report.ts';
export { missingPrivilege, requireRoot } from './require-root.ts';
export { SetupError, type SetupErrorCode } from './setup-error.ts';
export { type Need, type Substrate, SYSTEM_PACKAGES } from './system-packages.ts';

export interface SetUpOptions {
  readonly substrate: Need;
  /** False (`--no-install`): say what is missing and install nothing. */
  readonly install: boolean;
  readonly report?: Report;
}

export interface SetUpResult {
  /** Compiled programs and BPF objects: name -> absolute path. Empty for a substrate that runs none here. */
  readonly native: ReadonlyMap<string, string>;
}

/**
 * Makes ready what a substrate needs. Takes milliseconds when all is there.
 * @throws SetupError packages-missing, install-failed, compile-failed
 */
export async function setUp({ substrate, install, report = silent }: SetUpOptions): Promise<SetUpResult> {
  await installSystemPackages(substrate, install, report);
  return { native: substrate === 'netns' ? await buildNative({ report }) : new Map() };
}

async function installSystemPackages(substrate: Need, install: boolean, report: Report): Promise<void> {
  const missing = missingPackages(substrate);
  if (missing.length === 0) return;
  const manager = findPackageManager();
  if (install && manager === 'apt' && process.getuid?.() === 0) {
    await aptInstall(packageNames(missing, manager), report);
  }
  const still = missingPackages(substrate);
  if (still.length === 0) return;
  throw new SetupError(
    'packages-missing',
    `system packages are missing; as root: ${installLine(still, manager)}`,
  );
}
