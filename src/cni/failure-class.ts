/**
 * The closed taxonomy of failures, and how an error of any known network falls into it. The texts are those of
 * the upstream sources: host-local's backend/allocator, flannel's CNI plugin and kube subnet manager, Cilium's
 * ipam and API limiter, kube-controller-manager's cidrset, Calico's ipam.
 */
import { CHURNLAB_CODES, CNI_CODES, CniError } from './errors.ts';

/** Why an operation failed: closed, so that no failure goes without a cause. */
export const FAILURE_CLASSES = [
  /** No CIDR is left that a node could be given. */
  'node-cidr-full',
  /** No address is left in what the node has. */
  'pool-full',
  /** The node's CIDR or pool has not arrived yet. */
  'pool-not-on-node',
  'cooldown',
  'rate-limited',
  'agent-down',
  'kernel-refused',
  'timeout',
  'other',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

const BY_CODE: ReadonlyMap<number, FailureClass> = new Map([
  [CHURNLAB_CODES.poolExhausted, 'pool-full'],
  [CHURNLAB_CODES.cooldown, 'cooldown'],
  [CHURNLAB_CODES.noCidrOnNode, 'pool-not-on-node'],
  [CHURNLAB_CODES.nodeCidrFull, 'node-cidr-full'],
  [CHURNLAB_CODES.kernelRefused, 'kernel-refused'],
]);

/** Several classes share 11, so the other way is a table of its own. */
const CODE_OF: Readonly<Record<FailureClass, number>> = {
  'node-cidr-full': CHURNLAB_CODES.nodeCidrFull,
  'pool-full': CHURNLAB_CODES.poolExhausted,
  'pool-not-on-node': CNI_CODES.tryAgainLater,
  cooldown: CHURNLAB_CODES.cooldown,
  'rate-limited': CNI_CODES.tryAgainLater,
  'agent-down': CNI_CODES.tryAgainLater,
  'kernel-refused': CHURNLAB_CODES.kernelRefused,
  timeout: CNI_CODES.tryAgainLater,
  other: CNI_CODES.internal,
};

/** First match wins: the specific before the general. */
const BY_TEXT: readonly (readonly [RegExp, FailureClass])[] = [
  // churnlab-cni itself, when nobody answers
  [/churnlab agent did not answer within|timed out waiting for the churnlab agent/i, 'timeout'],
  [/churnlab agent (is not running|went away)/i, 'agent-down'],
  // host-local, Cilium's host scope, Calico
  [/no IP addresses available in range set/i, 'pool-full'],
  [/\brange is full\b|No IPs available in pools/i, 'pool-full'],
  // kube-controller-manager and Cilium's operator
  [/no remaining CIDRs left to allocate|\ballocator full\b|CIDRNotAvailable/i, 'node-cidr-full'],
  // flannel, Cilium multi-pool
  [/failed to load flannel 'subnet\.env' file/i, 'pool-not-on-node'],
  [/pod cidr not assigned|pool not \(yet\) available/i, 'pool-not-on-node'],
  [/putEndpointIdTooManyRequests|too many requests|rate limit/i, 'rate-limited'],
  // a daemon's socket that nobody listens on (Cilium, Multus, Calico, AWS)
  [/dial (unix|tcp) \S+ (connect: )?(no such file|connection refused)/i, 'agent-down'],
  [/connect: (no such file or directory|connection refused)/i, 'agent-down'],
  [/context deadline exceeded|i\/o timeout|\btimed out\b/i, 'timeout'],
  // bridge and ptp: netlink and iptables answers
  [/exchange full|netlink|failed to (create bridge|connect .* to bridge|make veth pair)/i, 'kernel-refused'],
  [
    /bridge port in error state|could not add route|failed to add (route|host addr|IP addr)/i,
    'kernel-refused',
  ],
  [
    /\b(operation not permitted|no space left on device|too many open files|cannot allocate memory)\b/i,
    'kernel-refused',
  ],
  [/\b(no buffer space available|device or resource busy|operation not supported)\b/i, 'kernel-refused'],
];

/** What a plugin call left behind, as far as its class needs it. */
export interface FailedCall {
  readonly exitCode: number;
  readonly signal: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The class of an error: by code where the code is ours, else by the text of the error and its causes. */
export function failureClassOf(failure: unknown): FailureClass {
  if (isFailedCall(failure)) return classOfText(`${failure.stdout}\n${failure.stderr}`);
  for (let error = failure, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth += 1) {
    const found = classOfError(error);
    if (found !== 'other') return found;
  }
  return typeof failure === 'string' ? classOfText(failure) : 'other';
}

/** The code with which churnlab-cni reports a class. */
export function codeOf(failureClass: FailureClass): number {
  return CODE_OF[failureClass];
}

function classOfError(error: Error): FailureClass {
  if (!(error instanceof CniError)) return classOfText(error.message);
  return BY_CODE.get(error.code) ?? classOfText(`${error.message}\n${error.details}`);
}

function classOfText(text: string): FailureClass {
  const own = /churnlab code (\d+):/.exec(text)?.[1] ?? /"code": ?(10\d),/.exec(text)?.[1];
  const byCode = own === undefined ? undefined : BY_CODE.get(Number(own));
  return byCode ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

function isFailedCall(value: unknown): value is FailedCall {
  return typeof value === 'object' && value !== null && 'stdout' in value && 'stderr' in value;
}
