export type SetupErrorCode =
  | 'not-root'
  | 'packages-missing'
  | 'install-failed'
  | 'compile-failed'
  | 'bad-manifest';

/** Set-up cannot go on. The message is one line and says what to type; the output of what failed is in `output`. */
export class SetupError extends Error {
  readonly code: SetupErrorCode;
  readonly output: string;

  constructor(code: SetupErrorCode, message: string, output = '') {
    super(message);
    this.name = 'SetupError';
    this.code = code;
    this.output = output;
  }
}
