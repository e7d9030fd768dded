/** The conditions that churnlab's agent reports, each made in one place so that code and text stay the same. */
import { CHURNLAB_CODES, CNI_CODES, CniError } from './errors.ts';

/** The operator has not written a CIDR for the node yet; clears by itself, hence 11. */
export function noCidrOnNode(node: string, why = ''): CniError {
  return new CniError(
    CNI_CODES.tryAgainLater,
    `node ${node} has no pod CIDR yet`,
    // failureClassOf reads the code back from here.
    `churnlab code ${CHURNLAB_CODES.noCidrOnNode}: ${why || `the operator writes NodeNetwork ${node} spec.podCIDRs`}`,
  );
}

/** The operator says that no CIDR is left for the node. */
export function nodeCidrFull(node: string, operatorError: string): CniError {
  return new CniError(
    CHURNLAB_CODES.nodeCidrFull,
    `node ${node} has no pod CIDR, and none is left to give`,
    `the operator reports: ${operatorError}; add a CIDR to the pool, or remove a node`,
  );
}

/** The API does not know the pod, or does not answer, so the pool of its addresses is unknown; may clear, hence 11. */
export function podUnknown(pod: string, cause: Error): CniError {
  return new CniError(CNI_CODES.tryAgainLater, `cannot tell the pool of pod ${pod}`, cause.message, {
    cause,
  });
}

/** The annotation of a pod or a namespace names no pool that there could be. */
export function noPoolName(annotation: string, found: string): CniError {
  return new CniError(
    CNI_CODES.invalidConfig,
    `Expected the name of an IPPool in ${annotation}, got "${found}"`,
  );
}

/** The kernel refused a request; `cause` carries the errno. */
export function kernelRefused(operation: string, cause: Error): CniError {
  return new CniError(CHURNLAB_CODES.kernelRefused, `kernel refused: ${operation}`, cause.message, { cause });
}

/** CNI_IFNAME is in the namespace already. */
export function interfaceExists(ifname: string, netns: string): CniError {
  return new CniError(
    CHURNLAB_CODES.interfaceExists,
    `interface ${ifname} already exists in ${netns}`,
    'ADD makes the interface and never takes over one: call DEL first',
  );
}

/** The container ID and interface are attached already. */
export function alreadyAttached(containerId: string, ifname: string): CniError {
  return new CniError(
    CHURNLAB_CODES.alreadyAttached,
    `container ${containerId} already has ${ifname}`,
    'ADD twice without a DEL in between',
  );
}

/** CHECK: what is not as the previous result says. */
export function checkFailed(problems: readonly string[]): CniError {
  return new CniError(
    CHURNLAB_CODES.checkFailed,
    problems[0] ?? 'check failed',
    problems.slice(1).join('; '),
  );
}

/** GC: what could not be released; all else is. */
export function gcFailed(problems: readonly string[]): CniError {
  return new CniError(
    CNI_CODES.io,
    `${problems.length} attachments could not be released`,
    problems.join('; '),
  );
}

/** CHECK for a container that this agent never attached. */
export function unknownContainer(containerId: string, ifname: string): CniError {
  return new CniError(CNI_CODES.unknownContainer, `container ${containerId} has no ${ifname} here`);
}

/** CNI_NETNS cannot be opened. */
export function netnsGone(netns: string, cause: Error): CniError {
  return new CniError(CNI_CODES.invalidNetns, `cannot open network namespace ${netns}`, cause.message, {
    cause,
  });
}

/** CNI_NETNS is the plugin's own namespace (text of pkg/skel). */
export function sameNetns(): CniError {
  return new CniError(
    CNI_CODES.invalidNetns,
    "plugin's netns and netns from CNI_NETNS should not be the same",
  );
}

/** STATUS: ADD cannot be served; `limited` when running pods suffer too (SPEC.md, "STATUS"). */
export function notAvailable(message: string, details = '', limited = false): CniError {
  return new CniError(limited ? CNI_CODES.limitedConnectivity : CNI_CODES.notAvailable, message, details);
}
