export type NetworkErrorCode = 'unreadable' | 'no-plugin' | 'not-supported';

/** A network that cannot be used as it was given. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: NetworkErrorCode;

  constructor(code: NetworkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
