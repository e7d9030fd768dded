/** A requirement that a published plugin is known not to meet. */
export interface KnownDeviation {
  /** Type of the plugin, or of its IPAM, as the project calls it. */
  readonly plugin: string;
  /** {@link Requirement.id} of those that do not hold. */
  readonly requirements: readonly string[];
  /** Why, with where it is to be seen. */
  readonly reason: string;
}

/** Of the reference plugins; churnlab-cni has none. */
export const KNOWN_DEVIATIONS: readonly KnownDeviation[] = [];

/** Why a requirement that does not hold with this chain was to be expected; undefined when it was not. */
export function knownDeviation(types: readonly string[], requirement: string): KnownDeviation | undefined {
  return KNOWN_DEVIATIONS.find(
    ({ plugin, requirements }) => types.includes(plugin) && requirements.includes(requirement),
  );
}
