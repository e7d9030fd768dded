export type TrafficErrorCode =
  /** There is nothing of this name to dial from. */
  | 'no-such-place'
  /** A dialer or responder did not start, or went away. */
  | 'process-failed'
  /** A batch that could not begin. */
  | 'bad-batch'
  /** k6 refused the script, or the script threw. */
  | 'script-failed'
  /** A file of raw samples that is not one. */
  | 'damaged';

export class TrafficError extends Error {
  readonly code: TrafficErrorCode;

  constructor(code: TrafficErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrafficError';
    this.code = code;
  }
}
