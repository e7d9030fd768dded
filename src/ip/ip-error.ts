export type IpErrorCode =
  | 'invalid-address'
  | 'invalid-cidr'
  | 'host-bits'
  | 'family-mismatch'
  | 'out-of-range';

/** What is wrong with an address or a prefix. `input` is the text or the value that was refused. */
export class IpError extends Error {
  override readonly name = 'IpError';
  readonly code: IpErrorCode;
  readonly input: string;

  constructor(code: IpErrorCode, message: string, input: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.input = input;
  }
}
