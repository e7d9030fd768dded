export type HistoryErrorCode =
  /** There is no folder at this place. */
  | 'not-found'
  /** A folder in which nothing is a result. */
  | 'no-results';

/** A folder that has no history. The message says what was expected. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
