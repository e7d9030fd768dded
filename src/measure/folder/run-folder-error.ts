export type RunFolderErrorCode =
  /** There is no run folder at this place. */
  | 'not-found'
  /** The folder has no run.json: the run did not come to its end. */
  | 'unfinished'
  /** Written by a newer version. */
  | 'newer-format'
  /** Not what a run folder holds. */
  | 'damaged'
  /** A sample of a metric that this version does not know. */
  | 'unknown-metric';

export class RunFolderError extends Error {
  readonly code: RunFolderErrorCode;

  constructor(code: RunFolderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RunFolderError';
    this.code = code;
  }
}
