import { existsSync } from 'node:fs';
import { findProgram } from './find-program.ts';
import type { Need, PackageManager, SystemPackage } from './system-packages.ts';
import { SYSTEM_PACKAGES } from './system-packages.ts';

const MANAGERS: Readonly<Record<PackageManager, { program: string; install: string }>> = {
  apt: { program: 'apt-get', install: 'apt-get install --no-install-recommends' },
  dnf: { program: 'dnf', install: 'dnf install' },
  pacman: { program: 'pacman', install: 'pacman -S --needed' },
};

/** The package manager of this machine, if it is one of those whose names the list has. */
export function findPackageManager(find = findProgram): PackageManager | undefined {
  return (Object.keys(MANAGERS) as PackageManager[]).find((each) => find(MANAGERS[each].program));
}

/** What the list asks for and the machine lacks; looks at files only. */
export function missingPackages(
  substrate: Need,
  isThere: (probe: string) => boolean = isPresent,
): SystemPackage[] {
  return SYSTEM_PACKAGES.filter(
    ({ neededBy, probe }) => neededBy.includes(substrate) && !probe.some(isThere),
  );
}

/** The line to type for these packages, or what is needed where no names are known. */
export function installLine(packages: readonly SystemPackage[], manager: PackageManager | undefined): string {
  if (manager) return `${MANAGERS[manager].install} ${packageNames(packages, manager).join(' ')}`;
  const needs = packages.map(({ probe, purpose }) => `${probe[0]} (${purpose})`);
  return `install with your package manager what provides: ${needs.join(', ')}`;
}

/** Names without repetition: one package may serve two needs. */
export function packageNames(packages: readonly SystemPackage[], manager: PackageManager): string[] {
  return [...new Set(packages.map(({ names }) => names[manager]))];
}

function isPresent(probe: string): boolean {
  return probe.startsWith('/') ? existsSync(probe) : findProgram(probe) !== undefined;
}
