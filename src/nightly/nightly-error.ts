export type NightlyErrorCode =
  /** The list of a night is not one, or names what is not there. */
  | 'bad-list'
  /** There is no such revision, or no tree in that folder. */
  | 'bad-baseline'
  /** Not the folder of a night. */
  | 'not-a-night';

/** What keeps a night from being run or read; all of it is wrong input. The message is one line. */
export class NightlyError extends Error {
  readonly code: NightlyErrorCode;

  constructor(code: NightlyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NightlyError';
    this.code = code;
  }
}
