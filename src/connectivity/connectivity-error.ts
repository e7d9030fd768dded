/** Why connectivity could not be tested. */
export type ConnectivityErrorCode = 'no-such-case' | 'not-ready';

/** The table could not be walked; the message names the next step. */
export class ConnectivityError extends Error {
  override readonly name = 'ConnectivityError';
  readonly code: ConnectivityErrorCode;

  constructor(code: ConnectivityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** True when other input would have helped (exit code 2). */
  get isInput(): boolean {
    return this.code === 'no-such-case';
  }
}
