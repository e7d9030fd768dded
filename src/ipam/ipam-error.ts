/**
 * Why an allocator refused, in the terms of a measurement: names of the harness' closed list of failure
 * classes. `other` is for what is no shortage of addresses: a wrong request, a broken disk.
 */
export type IpamFailure = 'node-cidr-full' | 'pool-full' | 'pool-not-on-node' | 'cooldown' | 'other';

export type IpamErrorCode =
  | 'node-cidr-full'
  | 'pool-full'
  | 'pool-not-on-node'
  | 'cooldown'
  | 'address-taken'
  | 'address-outside'
  | 'request-invalid'
  | 'owner-busy'
  | 'cidr-outside'
  | 'cidr-taken'
  | 'cidr-mask'
  | 'cidr-collision'
  | 'cidr-conflict'
  | 'cidr-in-use'
  | 'config-invalid'
  | 'no-allocator'
  | 'log-failed'
  | 'log-corrupt';

/** Every refusal of this folder. The allocator is as it was before the call. */
export class IpamError extends Error {
  override readonly name = 'IpamError';
  readonly code: IpamErrorCode;
  /** With `cooldown`: ms until the first address may be handed out. */
  readonly retryMs: number | undefined;

  constructor(code: IpamErrorCode, message: string, options?: ErrorOptions & { readonly retryMs?: number }) {
    super(message, options);
    this.code = code;
    this.retryMs = options?.retryMs;
  }

  /** The class under which a measurement counts this refusal. */
  get failure(): IpamFailure {
    switch (this.code) {
      case 'node-cidr-full':
      case 'pool-full':
      case 'pool-not-on-node':
      case 'cooldown':
        return this.code;
      default:
        return 'other';
    }
  }
}
