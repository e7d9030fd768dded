import { expect, test } from 'vitest';
import { findPackageManager, installLine, missingPackages } from './package-manager.ts';
import { SYSTEM_PACKAGES } from './system-packages.ts';

test('a machine that has everything misses nothing, an empty one everything', () => {
  expect(missingPackages('netns', () => true)).toEqual([]);
  expect(missingPackages('netns', () => false)).toEqual(
    SYSTEM_PACKAGES.filter(({ neededBy }) => neededBy.includes('netns')),
  );
  expect(missingPackages('sim', () => false)).toEqual([]);
});

test('any one of the probes will do', () => {
  const names = missingPackages('netns', (probe) => probe !== 'clang' && !probe.includes('/usr/lib64/'));
  expect(names.map(({ names }) => names.apt)).toEqual(['clang']);
});

test.each([
  ['apt', 'apt-get install --no-install-recommends libbpf1 libbpf-dev'],
  ['dnf', 'dnf install libbpf libbpf-devel'],
  ['pacman', 'pacman -S --needed libbpf'],
] as const)('the line to type with %s', (manager, line) => {
  const packages = SYSTEM_PACKAGES.filter(({ names }) => names.dnf.startsWith('libbpf'));
  expect(installLine(packages, manager)).toBe(line);
});

test('without a known package manager the needs are named', () => {
  const clang = SYSTEM_PACKAGES.filter(({ names }) => names.apt === 'clang');
  expect(installLine(clang, undefined)).toBe(
    'install with your package manager what provides: clang (compiles the CNI plugin, the namespace daemon and the BPF objects)',
  );
  expect(findPackageManager(() => undefined)).toBeUndefined();
  expect(findPackageManager((name) => (name === 'pacman' ? '/usr/bin/pacman' : undefined))).toBe('pacman');
});
