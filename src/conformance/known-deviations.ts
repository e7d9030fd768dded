/** What published plugins are known not to meet. */
export interface KnownDeviation {
  /** Types of plugins, or of their IPAM, as their projects call them. */
  readonly plugins: readonly string[];
  /** Ids of the requirements that do not hold. */
  readonly requirements: readonly string[];
  /** Of what was expected and found: anything else is a failure of its own. */
  readonly found: RegExp;
  /** Why, with the file of the project that shows it. */
  readonly reason: string;
}

/** Of containernetworking/plugins: all are built with pkg/skel of containernetworking/cni. */
const REFERENCE = [
  'bridge',
  'ptp',
  'macvlan',
  'ipvlan',
  'host-device',
  'flannel',
  'portmap',
  'bandwidth',
  'tuning',
  'firewall',
];

/** Of the reference plugins, releases 0.9.1 and 1.9.1; churnlab-cni has none. */
export const KNOWN_DEVIATIONS: readonly KnownDeviation[] = [
  {
    plugins: REFERENCE,
    requirements: ['env-path-optional'],
    found: /CNI_PATH\] missing/,
    reason: 'cni pkg/skel/skel.go asks for CNI_PATH in every verb but VERSION',
  },
  {
    plugins: REFERENCE,
    requirements: ['error-object'],
    found: /expected cniVersion/,
    reason: 'cni pkg/types/types.go prints errors without cniVersion',
  },
  {
    plugins: REFERENCE,
    requirements: ['version-answer'],
    found: /expected cniVersion/,
    reason: 'cni pkg/version/plugin.go prints the newest version that it knows, whatever was asked',
  },
  {
    plugins: [...REFERENCE, 'host-local'],
    requirements: ['gc-removes-stale', 'gc-nothing-valid'],
    found: /nothing to be left/,
    reason: 'none of the reference plugins does anything in GC (plugins ipam/host-local/main.go: FIXME GC)',
  },
  {
    plugins: ['ptp'],
    requirements: ['add-two-interfaces'],
    found: /failed to add route .*: file exists/,
    reason: 'plugins main/ptp/ptp.go adds a route to the gateway without a metric: the second is EEXIST',
  },
  {
    plugins: ['firewall'],
    requirements: ['del-without-prev-result', 'add-killed'],
    found: /got rules: [^;]*(; rules: [^;]*)*$/,
    reason:
      'plugins meta/firewall/iptables.go finds the rules to remove by the addresses of prevResult alone',
  },
  {
    plugins: ['flannel'],
    requirements: ['add-two-interfaces'],
    found: /nothing to be left/,
    reason:
      'plugins meta/flannel/flannel.go keeps what it handed on by container ID alone: the second interface is never deleted',
  },
  {
    plugins: ['flannel'],
    requirements: [
      'check-needs-prev-result',
      'check-wrong-prev-result',
      'check-address-removed',
      'check-address-changed',
      'check-interface-removed',
      'check-interface-down',
      'check-route-removed',
      'check-netns-gone',
    ],
    found: /to fail, got .*exit code 0 and nothing printed/,
    reason: 'plugins meta/flannel/flannel.go does nothing in CHECK',
  },
];

/**
 * What is known of a requirement that does not hold with this chain; undefined when it was not to be expected.
 * @param types of the chain and of what it delegates to
 * @param found what was expected and found
 */
export function knownDeviation(
  types: readonly string[],
  requirement: string,
  found: string,
): KnownDeviation | undefined {
  return KNOWN_DEVIATIONS.find(
    (known) =>
      known.requirements.includes(requirement) &&
      known.plugins.some((plugin) => types.includes(plugin)) &&
      known.found.test(found),
  );
}
