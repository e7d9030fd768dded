export type SeriesErrorCode =
  /** Options or files that make no series. */
  | 'bad-request'
  /** The folder is none of a series. */
  | 'not-found'
  /** A scenario is not what it was when the series began. */
  | 'changed';

/** A series that cannot be made or continued. */
export class SeriesError extends Error {
  override readonly name = 'SeriesError';
  readonly code: SeriesErrorCode;

  constructor(code: SeriesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
