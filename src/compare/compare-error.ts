export type CompareErrorCode =
  /** Nothing is there: no folder, no pattern that fits, no revision. */
  | 'not-found'
  /** A folder or a revision without a finished run. */
  | 'no-runs'
  /** Several variants where one is needed. */
  | 'ambiguous'
  /** A run is on both sides. */
  | 'same-run';

/** What was asked to be compared cannot be. The message says what to type instead. */
export class CompareError extends Error {
  override readonly name = 'CompareError';
  readonly code: CompareErrorCode;

  constructor(code: CompareErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
