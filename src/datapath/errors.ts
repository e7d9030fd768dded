export type DatapathErrorCode =
  | 'map-full'
  | 'maglev-size'
  | 'next-hop-family'
  | 'nft-failed'
  | 'no-link'
  | 'link-kind';

/** The datapath could not be set up or changed. */
export class DatapathError extends Error {
  override readonly name = 'DatapathError';
  readonly code: DatapathErrorCode;

  constructor(code: DatapathErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
