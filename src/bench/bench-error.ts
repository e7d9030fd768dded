export type BenchErrorCode =
  /** A CNI call of the bench failed, or was not reported. */
  | 'call-failed'
  /** The pods that were to be alive did not come up. */
  | 'not-alive'
  /** A command that is to be clocked failed. */
  | 'command-failed'
  /** The load was not there in the time that it had. */
  | 'too-slow'
  /** Connections that were to be clocked were not answered. */
  | 'failed-requests';

/** A measurement that could not be made. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
