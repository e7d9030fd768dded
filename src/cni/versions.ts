/**
 * Versions of the CNI specification: order, which verbs a version has, and which version is spoken when
 * configuration, runtime and plugins know different ones (SPEC.md, "Version considerations").
 */

/** Every released version of the specification, oldest first. */
export const SPEC_VERSIONS = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;
export type SpecVersion = (typeof SPEC_VERSIONS)[number];

/** What churnlab-cni answers to VERSION; the C source has the same list, held together by a test. */
export const PLUGIN_VERSIONS = ['0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

/** What CniRuntime speaks: the versions whose results are lists of addresses. */
export const RUNTIME_VERSIONS = ['0.3.0', ...PLUGIN_VERSIONS] as const;

export const CURRENT_VERSION = '1.1.0';

/** A configuration without cniVersion is of this version (pkg/version/conf.go). */
export const IMPLIED_VERSION = '0.1.0';

export type CniCommand = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION';

/** The first version that has the verb. */
const INTRODUCED: Readonly<Record<CniCommand, SpecVersion>> = {
  ADD: '0.1.0',
  DEL: '0.1.0',
  VERSION: '0.2.0',
  CHECK: '0.4.0',
  GC: '1.1.0',
  STATUS: '1.1.0',
};

/** Splits `major.minor.micro`; absent parts are 0, as in pkg/version. Undefined if it is not a version. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  if (!/^\d{1,6}(\.\d{1,6}){0,2}$/.test(text)) return undefined;
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number);
  return [major, minor, micro];
}

/** Negative, zero or positive, for sorting. Throws RangeError for something that is not a version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) throw new RangeError(`Expected a CNI version such as 1.1.0, got \`${left ? b : a}\``);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

export function isAtLeast(version: string, other: string): boolean {
  return compareVersions(version, other) >= 0;
}

/** Whether a configuration of this version may be called with the verb. */
export function hasVerb(version: string, command: CniCommand): boolean {
  return isAtLeast(version, INTRODUCED[command]);
}

/** DEL carries the cached result from 0.4.0 on (SPEC.md 0.4.0, "DEL"). */
export function hasPrevResultOnDelete(version: string): boolean {
  return isAtLeast(version, '0.4.0');
}

/**
 * The highest version that the configuration lists (cniVersion and cniVersions together) and the runtime, and
 * every plugin asked, know. Entries newer than what the runtime knows are ignored, as the specification wants;
 * undefined when nothing is left.
 */
export function negotiateVersion(
  configured: readonly string[],
  ...supported: readonly (readonly string[])[]
): string | undefined {
  return [...new Set(configured)]
    .filter((version) => supported.every((versions) => versions.includes(version)))
    .sort(compareVersions)
    .at(-1);
}
