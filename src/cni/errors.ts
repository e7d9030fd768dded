/** Errors of the CNI protocol: the codes, their JSON form, and the conditions that churnlab-cni reports. */

/** Well-known codes: SPEC.md, "Error" and "STATUS"; 8 and 999 come from pkg/types/types.go. */
export const CNI_CODES = {
  unknown: 0,
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  io: 5,
  decode: 6,
  invalidConfig: 7,
  invalidNetns: 8,
  tryAgainLater: 11,
  notAvailable: 50,
  limitedConnectivity: 51,
  internal: 999,
} as const;

/** Codes from 100 on are the plugin's own; docs/cni.md has the table. */
export const CHURNLAB_CODES = {
  /** No free address in the CIDRs that the node has. */
  poolExhausted: 101,
  /** Addresses are free, but all of them still rest after their last use. */
  cooldown: 102,
  /** The node has no CIDR yet. Sent as 11, since it clears by itself; the details name 103. */
  noCidrOnNode: 103,
  /** The node has no CIDR, and the operator has none left to give. */
  nodeCidrFull: 104,
  /** Netlink or bpf(2) refused: the errno is in the details. */
  kernelRefused: 105,
  /** CNI_IFNAME is in the namespace already (SPEC.md, "ADD"). */
  interfaceExists: 106,
  /** ADD for a container ID and interface that are attached already. */
  alreadyAttached: 107,
  /** CHECK found something missing or changed. */
  checkFailed: 108,
} as const;

/** The object that a plugin prints (SPEC.md, "Error"). */
export interface CniErrorJson {
  readonly cniVersion?: string;
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

/** An error with a code of the specification or of a plugin; `details` is for people and may be empty. */
export class CniError extends Error {
  override readonly name = 'CniError';
  readonly code: number;
  readonly details: string;

  constructor(code: number, message: string, details = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  /** The object to print, without the version. */
  toJSON(): CniErrorJson {
    return { code: this.code, msg: this.message, ...(this.details === '' ? {} : { details: this.details }) };
  }

  /** The object to print with the version in use; empty: it is not known. */
  toJsonOf(cniVersion: string): CniErrorJson {
    return { ...(cniVersion === '' ? {} : { cniVersion }), ...this.toJSON() };
  }

  override toString(): string {
    return `CNI error ${this.code}: ${this.message}${this.details === '' ? '' : `; ${this.details}`}`;
  }
}

/** Anything thrown as a CniError: what is not one becomes 999, as in pkg/skel. */
export function asCniError(thrown: unknown): CniError {
  if (thrown instanceof CniError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CniError(CNI_CODES.internal, message, '', { cause: thrown });
}

/** Reads a printed error object; undefined when `value` is not one. */
export function parseCniError(value: unknown): CniError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, msg, details } = value as Partial<Record<keyof CniErrorJson, unknown>>;
  if (typeof code !== 'number' || !Number.isInteger(code)) return undefined;
  return new CniError(code, typeof msg === 'string' ? msg : '', typeof details === 'string' ? details : '');
}
